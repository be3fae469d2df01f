import { z } from 'zod'
import { jsonAnswer, revalidated } from '../answer.ts'
import { json, unchanged } from '../described-answers.ts'
import { cursor, pageLimit } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { sessionJson, sessionPage } from '../wire.ts'

export const listSessions = defineRoute({
  method: 'GET',
  path: 'sessions/',
  kind: 'read',
  summary: 'The sessions of the caller, the most recently used first.',
  answers: {
    200: json(sessionPage, 'A page of sessions.'),
    ...unchanged,
  },
  query: z.object({ limit: pageLimit.optional(), cursor: cursor.optional() }),
  async handle({ deps, owner, request, query }) {
    const page = await deps.sessions.list({ owner, ...query })
    return revalidated(
      request,
      jsonAnswer({ sessions: page.data.map(sessionJson), next_cursor: page.nextCursor }),
    )
  },
})
