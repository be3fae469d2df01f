import type { Approval, ApprovalStatus } from '../../core/approval.ts'
import { duration } from '../words.ts'

const statusWords: Record<ApprovalStatus, string> = {
  pending: 'waits for a person',
  approved: 'approved',
  rejected: 'rejected',
  done: 'said to have happened',
  rerun: 'to be called again',
  failed: 'failed the run',
  undecided: 'nobody decided before the run ended',
}

/** What became of it, by whom and after how long. */
export function approvalWords({
  status,
  decidedBy,
  decidedAt,
  createdAt,
  message,
}: Approval): string {
  if (status === 'pending' || status === 'undecided') return statusWords[status]
  const by = decidedBy === null ? 'because nobody decided in time' : `by ${decidedBy}`
  const after = decidedAt === null ? '' : ` after ${duration(decidedAt - createdAt)}`
  const saying = message === null ? '' : `, saying “${message}”`
  return `${statusWords[status]} ${by}${after}${saying}`
}
