import { raw } from 'hono/html'
import { z } from 'zod'
import { described } from '../../http/documented.ts'
import { adminRoute } from '../admin-route.ts'
import { conversationOf } from '../conversation-of.ts'
import { sessionPage } from '../html/session-page.ts'
import { uuid } from '../../http/fields.ts'

export const adminSession = adminRoute({
  method: 'GET',
  path: 'admin/sessions/:session_id/',
  summary: 'A conversation and its runs.',
  params: z.object({ session_id: described(uuid(), 'Of a session.') }),
  async show({ deps, links, params }) {
    const { config, admin } = deps
    const found = await admin.api.sessions.get({ id: params.session_id })
    const view = conversationOf(found, config.basePath)
    // A template's result is markup by contract.
    const conversation = raw(await config.templates.conversation(view))
    const body = sessionPage({ ...found, conversation, links })
    return { title: `Session ${found.session.key}`, section: 'Sessions', body }
  },
})
