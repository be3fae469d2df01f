import type { ApprovalStatus } from '../core/approval.ts'
import type { ApprovalView } from '../core/approval-view.ts'
import type { JsonValue } from '../core/run.ts'
import { markup, type Markup } from './markup.ts'
import { moment } from './moment.ts'
import { readable } from './readable.ts'
import { labelled } from './tool-calls.ts'

const words: Record<Exclude<ApprovalStatus, 'pending' | 'undecided'>, string> = {
  approved: 'Approved',
  rejected: 'Rejected',
  done: 'It happened, as said',
  rerun: 'To be made again, as decided',
  failed: 'Run failed',
}

/** What was decided, by whom and when. */
export function decided(approval: ApprovalView): Markup {
  const { status, decidedBy, decidedAt, restOfRun, message } = approval
  if (status === 'pending' || status === 'undecided') {
    return markup`<p class="agent-run__decision" role="status">Nobody decided before the run ended.</p>`
  }
  const by = decidedBy === null ? ', as nobody decided in time' : ` by ${decidedBy}`
  const rest = restOfRun ? ', for the rest of the run' : ''
  const at = decidedAt === null ? null : markup`, ${moment(decidedAt)}`
  return markup`<p class="agent-run__decision agent-run__decision--${status}" role="status">${words[status]}${by}${rest}${at}</p>
${given('Message', message)}${given('Answer', approval.result)}`
}

function given(label: string, value: JsonValue): Markup | null {
  return value === null ? null : labelled(label, readable(value))
}
