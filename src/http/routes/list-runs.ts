import { z } from 'zod'
import { runStatuses } from '../../core/run.ts'
import { jsonAnswer, revalidated } from '../answer.ts'
import { cursor, pageLimit, sessionKey } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { runJson } from '../wire.ts'

const query = z.object({
  session_key: sessionKey.optional(),
  status: z.enum(runStatuses, `must be one of ${runStatuses.join(', ')}`).optional(),
  limit: pageLimit.optional(),
  cursor: cursor.optional(),
})

export const listRuns = defineRoute({
  method: 'GET',
  path: 'runs/',
  kind: 'read',
  query,
  async handle({ deps, owner, request, query: { session_key: session, ...asked } }) {
    const page = await deps.runs.list({ owner, session, ...asked })
    return revalidated(
      request,
      jsonAnswer({ runs: page.data.map(runJson), next_cursor: page.nextCursor }),
    )
  },
})
