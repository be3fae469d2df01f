import type { AdminApi } from '../core/admin.ts'
import { isFinished, type Run } from '../core/run.ts'

export type RunActionName = 'cancel' | 'retry' | 'purge'

interface RunAction {
  verb: string
  /** What it does, for whoever is about to do it. */
  means: string
  isGrave: boolean
  /** Why it cannot be done to this run; null when it can. */
  refusal(run: Run): string | null
  /** Answers what was done. `once`: of the page that asked whether it is meant, which may be sent twice. */
  act(api: AdminApi, run: Run, by: { actor: string; once: string | undefined }): Promise<string>
}

/** What people in charge can do to runs. */
export const runActions: Record<RunActionName, RunAction> = {
  cancel: {
    verb: 'Cancel',
    means: 'They stop; what they have done so far stays done. A cancelled run can be retried.',
    isGrave: true,
    refusal: (run) => (isFinished(run) ? 'It has ended already.' : null),
    async act(api, { id }, { actor }) {
      const run = await api.runs.cancel({ id, actor })
      if (run.status === 'cancelled') return 'Cancelled.'
      return isFinished(run) ? `It had ended: ${run.status}.` : 'It was told to stop.'
    },
  },
  retry: {
    verb: 'Retry',
    means: 'Each starts a new run with the same input. Tools are called again.',
    isGrave: false,
    refusal: (run) => (isFinished(run) ? null : 'It has not ended.'),
    async act(api, { id }, { actor, once }) {
      const key = once === undefined ? {} : { idempotencyKey: once }
      const { id: retried } = await api.runs.retry({ id, actor, ...key })
      return `Started run ${retried}.`
    },
  },
  purge: {
    verb: 'Purge',
    means:
      'They are deleted for good, with their events, steps and approvals. The conversations keep what was said.',
    isGrave: true,
    refusal: (run) => (isFinished(run) ? null : 'It has not ended.'),
    async act(api, { id }, { actor }) {
      await api.runs.purge({ id, actor })
      return 'Deleted.'
    },
  },
}

export const runActionNames = Object.keys(runActions) as RunActionName[]
