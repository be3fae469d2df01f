import { jsonAnswer, revalidated } from '../answer.ts'
import { aloneView, approvalsAnswer } from '../approval-answer.ts'
import { html, json, unchanged } from '../described-answers.ts'
import { approvalParams } from '../fields.ts'
import { visibleApproval } from '../may-decide.ts'
import { defineRoute } from '../route.ts'
import { isHtmx, wantsPage } from '../wants.ts'
import { approvalJson, approvalSchema } from '../wire.ts'

export const getApproval = defineRoute({
  method: 'GET',
  path: 'approvals/:approval_id/',
  kind: 'read',
  summary: 'An approval: of the caller, or one that the app lets the caller decide.',
  answers: {
    200: [
      json(approvalSchema, 'The approval.'),
      html('To htmx: its fragment. To a browser that opens it: a page, where it can be decided.'),
    ],
    ...unchanged,
  },
  errors: ['approver_unavailable'],
  params: approvalParams,
  async handle(call) {
    const { deps, owner, request, params } = call
    const approval = await visibleApproval(call, params.approval_id)
    if (!isHtmx(request) && !wantsPage(request)) {
      return revalidated(request, jsonAnswer(approvalJson(approval)))
    }
    const view = aloneView(deps.config, owner, approval)
    return revalidated(request, await approvalsAnswer(deps.config, request, view))
  },
})
