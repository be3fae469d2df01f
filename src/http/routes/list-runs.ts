import { z } from 'zod'
import { runStatuses } from '../../core/run.ts'
import { jsonAnswer, revalidated } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { described } from '../documented.ts'
import { cursor, pageLimit, sessionKey } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { runJson, runPage } from '../wire.ts'

const query = z.object({
  session_key: sessionKey.optional(),
  status: described(
    z.enum(runStatuses, `must be one of ${runStatuses.join(', ')}`).optional(),
    'Only runs with this status.',
  ),
  limit: pageLimit.optional(),
  cursor: cursor.optional(),
})

export const listRuns = defineRoute({
  method: 'GET',
  path: 'runs/',
  kind: 'read',
  summary: 'The runs of the caller, newest first.',
  answers: {
    200: json(runPage, 'A page of runs.'),
    ...unchanged,
  },
  query,
  async handle({ deps, owner, request, query: { session_key: session, ...asked } }) {
    const page = await deps.runs.list({ owner, session, ...asked })
    return revalidated(
      request,
      jsonAnswer({ runs: page.data.map(runJson), next_cursor: page.nextCursor }),
    )
  },
})
