import { z } from 'zod'
import { htmlAnswer, jsonAnswer, revalidated } from '../answer.ts'
import { limit, sessionParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'

/**
 * JSON, or the conversation fragment to htmx. The fragment carries no `run-update`, which is what the panel that
 * asks for it listens to. For a session that does not exist yet it is empty: the page comes before the first message.
 */
export const sessionItems = defineRoute({
  method: 'GET',
  path: 'sessions/:session_key/items/',
  kind: 'read',
  params: sessionParams,
  query: z.object({ limit: limit.optional() }),
  async handle({ deps, owner, request, params, query }) {
    const key = params.session_key
    if (isHtmx(request)) {
      const view = await deps.views.conversation({ owner, key })
      return revalidated(request, htmlAnswer(await deps.config.templates.conversation(view)))
    }
    const items = await deps.sessions.items({ owner, key, ...query })
    return revalidated(request, jsonAnswer({ session_key: key, items }))
  },
})
