import { z } from 'zod'
import { adminRoute } from '../admin-route.ts'
import { blankable, ownerText, pageCursor } from '../fields.ts'
import { approvalsPage, approvalStatuses } from '../html/approvals-page.ts'

const onPage = 50

export const adminApprovals = adminRoute({
  method: 'GET',
  path: 'admin/approvals/',
  summary: 'Calls that wait for a person, or what was decided about them.',
  query: z.object({
    status: blankable(z.enum(approvalStatuses, `must be one of ${approvalStatuses.join(', ')}`)),
    owner: ownerText,
    cursor: pageCursor,
  }),
  async show({ deps, links, query: { status = 'pending', ...search } }) {
    const page = await deps.admin.api.approvals.list({ status, ...search, limit: onPage })
    const body = approvalsPage({ page, search: { ...search, status }, links })
    return { title: 'Approvals', section: 'Approvals', body }
  },
})
