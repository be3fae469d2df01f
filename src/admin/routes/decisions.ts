import { adminRoute } from '../admin-route.ts'
import { decisionFields, toDecision } from '../decision-fields.ts'
import { each } from '../each.ts'
import { confirmDecisions, decisionsDone, noApprovalChosen } from '../html/confirm-decisions.ts'
import { decisionWords } from '../html/decision-form.ts'

/** Asks first whether it is meant, naming each call, unless the form showed the one that it decides. */
export const adminDecisions = adminRoute({
  method: 'POST',
  path: 'admin/decisions/',
  summary: 'Decides the chosen approvals alike, once it was confirmed.',
  body: decisionFields,
  async show({ deps, links, owner: actor, body }) {
    const { api } = deps.admin
    const { id: ids, decision } = body
    const title = `Approvals: ${decisionWords[decision]}`
    if (ids.length === 0) return { title, section: 'Approvals', body: noApprovalChosen(links) }
    const approvals = await api.approvals.some({ ids })
    if (body.confirmed === undefined) {
      return { title, section: 'Approvals', body: confirmDecisions(decision, approvals, links) }
    }
    const outcomes = await each(approvals, async (approval) => {
      const decided = toDecision(body, approval.arguments)
      const { status } = await api.approvals.decide({ id: approval.id, actor, ...decided })
      return status
    })
    return { title, section: 'Approvals', body: decisionsDone(outcomes, links) }
  },
})
