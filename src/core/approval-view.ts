import type { Approval, ApprovalStatus } from './approval.ts'

/** An approval as fragments show it. */
export interface ApprovalView extends Omit<Approval, 'arguments'> {
  /** JSON, of what the model asked for. */
  arguments: string
}

/** What the list of approvals shows: one page of an inbox, or the one approval that was asked for. */
export interface ApprovalsView {
  basePath: string
  approvals: ApprovalView[]
  /** Which ones are listed; null of the one that was asked for. */
  status: ApprovalStatus | null
  /** Whether somebody else than the owner looks at it, who is told whose it is. */
  isForOther: boolean
  /** Where the following ones are; null at the end. */
  nextUrl: string | null
}

export function toApprovalView(approval: Approval): ApprovalView {
  return { ...approval, arguments: JSON.stringify(approval.arguments) }
}
