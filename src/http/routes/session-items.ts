import { z } from 'zod'
import { htmlAnswer, jsonAnswer, revalidated } from '../answer.ts'
import { html, json, unchanged } from '../described-answers.ts'
import { limit, sessionParams } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { isHtmx } from '../wants.ts'
import { itemPage } from '../wire.ts'

/**
 * JSON, or the conversation fragment to htmx. The fragment carries no `run-update`, which is what the panel that
 * asks for it listens to. For a session that does not exist yet it is empty: the page comes before the first message.
 */
export const sessionItems = defineRoute({
  method: 'GET',
  path: 'sessions/:session_key/items/',
  kind: 'read',
  summary:
    'The newest items of a session in order, as the SDK has them; to htmx, the conversation.',
  answers: {
    200: [
      json(itemPage, 'The items.'),
      html('To htmx: the fragment of the conversation, also of a session that does not exist yet.'),
    ],
    ...unchanged,
  },
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
