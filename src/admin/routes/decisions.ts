import { adminRoute } from '../admin-route.ts'
import type { JsonValue } from '../../core/run.ts'
import { decisionFields } from '../decision-fields.ts'
import { markup } from '../../html/markup.ts'
import { each } from '../each.ts'
import { goneNote } from '../html/gone-note.ts'
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
    const { chosen: ids, decision } = body
    const title = `Approvals: ${decisionWords[decision]}`
    if (ids.length === 0) return { title, section: 'Approvals', body: noApprovalChosen(links) }
    const approvals = await api.approvals.some({ ids })
    const gone = goneNote(ids, approvals)
    if (body.confirmed === undefined) {
      const confirm = confirmDecisions(decision, approvals, links)
      return { title, section: 'Approvals', body: markup`${gone}${confirm}` }
    }
    const outcomes = await each(approvals, async ({ id }) => {
      const { status } = await api.approvals.decide({
        ...{ id, actor, decision, message: body.message, restOfRun: body.rest_of_run },
        arguments: body.arguments as JsonValue | undefined,
        result: body.result as JsonValue | undefined,
      })
      return status
    })
    return { title, section: 'Approvals', body: markup`${gone}${decisionsDone(outcomes, links)}` }
  },
})
