import type { RunStatus } from '../core/run.ts'

/** The words a person reads for each status. */
export const statusWords: Record<RunStatus, string> = {
  pending: 'Queued',
  running: 'Running',
  awaiting_approval: 'Waiting for approval',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
