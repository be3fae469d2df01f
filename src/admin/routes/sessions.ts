import { z } from 'zod'
import { adminRoute } from '../admin-route.ts'
import { ownerText, pageCursor, shortText } from '../fields.ts'
import { sessionsPage } from '../html/sessions-page.ts'

const onPage = 50

export const adminSessions = adminRoute({
  method: 'GET',
  path: 'admin/sessions/',
  summary: 'Everybody’s sessions, most recently used first.',
  query: z.object({ owner: ownerText, text: shortText, cursor: pageCursor }),
  async show({ deps, links, query }) {
    const page = await deps.admin.api.sessions.list({ ...query, limit: onPage })
    return { title: 'Sessions', section: 'Sessions', body: sessionsPage(page, query, links) }
  },
})
