import { z } from 'zod'
import { approvalStatuses } from '../../core/approval.ts'
import { jsonAnswer, revalidated } from '../answer.ts'
import { approvalsAnswer } from '../approval-answer.ts'
import { approvalPageOf, inboxView } from '../approval-page.ts'
import { html, json, unchanged } from '../described-answers.ts'
import { described } from '../documented.ts'
import { approvalCursor, pageLimit } from '../fields.ts'
import { defineRoute } from '../route.ts'
import { isHtmx, wantsPage } from '../wants.ts'
import { approvalJson, approvalPage } from '../wire.ts'

const query = z.object({
  status: described(
    z.enum(approvalStatuses, `must be one of ${approvalStatuses.join(', ')}`).default('pending'),
    'Only approvals with this status.',
  ),
  limit: pageLimit.optional(),
  cursor: approvalCursor.optional(),
})

/** The inbox of who asks. */
export const listApprovals = defineRoute({
  method: 'GET',
  path: 'approvals/',
  kind: 'read',
  summary: 'The approvals of the caller, by default those that wait, the first one first.',
  answers: {
    200: [
      json(approvalPage, 'A page of approvals.'),
      html('To htmx: its fragment. To a browser that opens it: a page, where they can be decided.'),
    ],
    ...unchanged,
  },
  query,
  async handle({ deps, owner, request, query: { status, limit, cursor } }) {
    const asked = { owner, status, limit, after: cursor }
    const page = await approvalPageOf(deps.approvals, asked)
    if (isHtmx(request) || wantsPage(request)) {
      const view = inboxView(deps.config.basePath, asked, page)
      return revalidated(request, await approvalsAnswer(deps.config, request, view))
    }
    const approvals = page.data.map(approvalJson)
    return revalidated(request, jsonAnswer({ approvals, next_cursor: page.nextCursor }))
  },
})
