import { z } from 'zod'
import { adminRoute } from '../admin-route.ts'
import { ownerText, pageCursor } from '../fields.ts'
import { auditPage } from '../html/audit-page.ts'

const onPage = 100

export const adminAudit = adminRoute({
  method: 'GET',
  path: 'admin/audit/',
  summary: 'Who in charge did what, newest first.',
  query: z.object({ target: ownerText, cursor: pageCursor }),
  async show({ deps, links, query }) {
    const { target: targetId, cursor } = query
    const page = await deps.admin.api.audit({ targetId, cursor, limit: onPage })
    return { title: 'Audit', section: 'Audit', body: auditPage(page, query, links) }
  },
})
