import { decidedEvent } from '../approvals/decided-event.ts'
import type { Approval } from '../core/approval.ts'
import type { RunEvent } from '../core/event.ts'
import { decidedMessage } from '../journal/interrupted-message.ts'
import { appendEvents } from '../store/append-events.ts'
import { approvalsOfRun } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { findRun } from '../store/find-runs.ts'
import { releaseRun } from '../store/move-run.ts'
import { announceEnd, finish, type Ended, type Ending } from './finish.ts'
import { announce, wake, type Runtime } from './runtime.ts'

/** What came of decisions about one run, for after the commit. */
export interface Concluded {
  runId: string
  owner: string
  events: RunEvent[]
  ended: Ended | null
}

/**
 * In the transaction of decisions about one run: logs them, and moves the run when nothing of it waits any more. It
 * becomes claimable, or it fails at once where that was decided, whatever else is pending.
 */
export async function conclude(
  runtime: Runtime,
  executor: Executor,
  decided: [Approval, ...Approval[]],
): Promise<Concluded> {
  const [{ runId, owner }] = decided
  const noted = runtime.shape(decided.map(decidedEvent))
  const events = await appendEvents(executor, { runId, events: noted })
  const run = await findRun(executor, { id: runId, owner })
  // A run that is still running looks at its approvals itself before it goes to wait.
  if (run?.status !== 'awaiting_approval') return { runId, owner, events, ended: null }
  const target = { id: runId, attempt: run.attempt, from: run.status }
  const asked = await approvalsOfRun(executor, { runId })
  const ending = failureDecided(asked)
  if (ending !== null) {
    const ended = await finish(runtime, executor, target, ending)
    return { runId, owner, events, ended }
  }
  if (asked.some(({ status }) => status === 'pending')) return { runId, owner, events, ended: null }
  const resumed = runtime.shape([{ type: 'run.resumed', payload: {} }])
  const release = { to: 'pending', turn: 0, stalled: null, events: resumed } as const
  const moved = await releaseRun(executor, { ...target, ...release })
  return { runId, owner, events: [...events, ...(moved?.events ?? [])], ended: null }
}

/** How a run ends of which somebody decided that it fails; null when nobody did. */
export function failureDecided(asked: Approval[]): Ending | null {
  const failed = asked.find(({ status }) => status === 'failed')
  if (failed === undefined) return null
  const error = `AgenticError: ${decidedMessage(failed)}`
  return { status: 'failed', code: 'interrupted', error }
}

/** After the commit. */
export async function tellConcluded(runtime: Runtime, concluded: Concluded): Promise<void> {
  announce(runtime, concluded.owner, concluded.events)
  if (concluded.ended !== null) await announceEnd(runtime, concluded.ended)
  else if (concluded.events.length > 0) wake(runtime, concluded.runId)
}
