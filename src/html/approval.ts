import type { ApprovalView } from '../core/approval-view.ts'
import type { RunView } from '../core/options.ts'
import { isFinished } from '../core/run.ts'
import { ofFragment, runLine } from './action-form.ts'
import { decisionForms, type Place } from './approval-forms.ts'
import { decided } from './decided.ts'
import { markup, type Markup } from './markup.ts'
import { moment } from './moment.ts'
import { readable, readableJson } from './readable.ts'
import { labelled } from './tool-calls.ts'

/** In the fragment of a run: for each tool call that waits for a person what would be called, and how it is decided. */
export function approvalForms({ run, basePath, approvals }: RunView): Markup | null {
  if (isFinished(run) || approvals.length === 0) return null
  const place = { basePath, target: ofFragment, line: runLine(run.id) }
  const items = approvals.map((each) => approvalItem(each, { ...place, id: `approval-${each.id}` }))
  return markup`<ul class="agent-run__approvals">${items}</ul>
`
}

/** Of an approval outside of the fragment of its run, which may be on the same page. */
export const inboxId = (approvalId: string): string => `inbox-approval-${approvalId}`

/**
 * One that waits stays the element it is when what is around it is made anew: what a person opened and typed in it is
 * not lost because another call was decided, or has ended.
 */
export function approvalItem(approval: ApprovalView, place: Place): Markup {
  const isPending = approval.status === 'pending'
  const preserved = isPending ? markup` hx-preserve="true"` : null
  return markup`<li id="${place.id}" class="agent-run__approval" data-approval-id="${approval.id}" data-status="${approval.status}"${preserved}><fieldset><legend>${question(approval, isPending)}</legend>
<p class="agent-run__hint">Asked by ${approval.agentName}${place.isForOther && ` for ${approval.owner}`}, ${moment(approval.createdAt)}${isPending ? expiry(approval) : null}</p>
${labelled('Arguments', readableJson(approval.arguments))}${madeWith(approval)}
${isPending ? decisionForms(approval, place) : decided(approval)}</fieldset></li>
`
}

/** What whoever approved it changed them to. */
function madeWith({ editedArguments }: ApprovalView): Markup | null {
  return editedArguments === null ? null : labelled('Made with', readable(editedArguments))
}

function question({ kind, toolName }: ApprovalView, isPending: boolean): Markup {
  const name = markup`<strong>${toolName}</strong>`
  if (!isPending) return name
  return kind === 'call' ? markup`Allow ${name}?` : markup`Did ${name} happen?`
}

/** What becomes of it when nobody decides. */
export function expiry({ kind, expiresAt }: ApprovalView): Markup | null {
  if (expiresAt === null) return null
  const what = kind === 'call' ? 'it is rejected' : 'the run fails'
  return markup`. Without a decision ${what} at ${moment(expiresAt)}.`
}
