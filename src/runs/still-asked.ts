import { decidedEvent } from '../approvals/decided-event.ts'
import { standingDecision, type Approval } from '../core/approval.ts'
import type { RunEvent } from '../core/event.ts'
import { appendEvents } from '../store/append-events.ts'
import { approvalsOfRun } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { decideAlike } from '../store/decisions.ts'
import { failureDecided } from './after-decision.ts'
import type { Ending } from './finish.ts'
import type { Runtime } from './runtime.ts'

export interface StillAsked {
  events: RunEvent[]
  /** How the run ends because somebody decided that it fails. */
  failure: Ending | null
  /** Whether anything waits for a person. */
  waits: boolean
}

export const nothingAsked: StillAsked = { events: [], failure: null, waits: false }

/**
 * What people have not decided, when a run is about to wait for them. What was asked by an attempt that did not know of
 * a decision for the rest of the run is decided alike.
 */
export async function stillAsked(
  runtime: Runtime,
  executor: Executor,
  runId: string,
): Promise<StillAsked> {
  const asked = await approvalsOfRun(executor, { runId })
  const late = await decideLate(executor, asked)
  const lateIds = new Set(late.map(({ id }) => id))
  const pending = asked.filter(({ id, status }) => status === 'pending' && !lateIds.has(id))
  const noted = runtime.shape(late.map(decidedEvent))
  const events = noted.length === 0 ? [] : await appendEvents(executor, { runId, events: noted })
  return { events, failure: failureDecided(asked), waits: pending.length > 0 }
}

async function decideLate(executor: Executor, asked: Approval[]): Promise<Approval[]> {
  const pending = asked.filter(({ kind, status }) => kind === 'call' && status === 'pending')
  const late: Approval[] = []
  for (const one of pending) {
    if (late.some(({ id }) => id === one.id)) continue
    const standing = standingDecision(asked, one)
    if (standing !== null) late.push(...(await decideAlike(executor, standing)))
  }
  return late
}
