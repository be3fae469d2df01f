import type { RunEvent } from '../core/event.ts'
import type { Run } from '../core/run.ts'
import type { Executor } from '../store/database.ts'
import { insertRunning, type Inserted, type RunValues } from '../store/insert-run.ts'
import type { AttemptTrace } from '../telemetry/attempt-trace.ts'
import { beginTrace, startedEvents, type Claim } from './claim.ts'
import { freeSlots } from './free-slots.ts'
import type { Runtime } from './runtime.ts'

/** A run that was inserted as claimed here. */
export interface Begun extends Inserted {
  basePosition: number
  /** By this process's monotonic clock, before it was asked for. */
  askedAt: number
  /** Written after those that were given with it. */
  started: RunEvent[]
  trace: AttemptTrace
}

/**
 * Inserts a run that is claimed here from the beginning, which saves moving its row and waking anybody; null, with
 * nothing inserted, when others come before it, a limit is reached, or its agent is not executed here.
 */
export async function insertBegun(
  runtime: Runtime,
  executor: Executor,
  workerId: string,
  values: RunValues,
): Promise<Begun | null> {
  const { leaseMs, executedAgents: agentKeys } = runtime.config
  if (!agentKeys.includes(values.agentKey)) return null
  const slots = await freeSlots(runtime, executor, values)
  if (typeof slots === 'string') return null
  const askedAt = performance.now()
  const events = [...values.events, ...startedEvents(runtime, 1)]
  const trace = beginTrace(runtime, values, 1, { submit: values.submitTrace, previous: null })
  const { traceparent: attemptTrace } = trace
  const whole = { ...values, ...slots, events, workerId, leaseMs, agentKeys, attemptTrace }
  const inserted = await insertRunning(executor, whole)
  if (inserted === null) return null
  const given = values.events.length
  const [before, started] = [inserted.events.slice(0, given), inserted.events.slice(given)]
  return { ...inserted, events: before, started, askedAt, trace }
}

/** Of a run that has just begun: nothing is recorded, and nobody waits behind it. */
export function firstClaim(run: Run, sessionId: string, begun: Begun): Claim {
  const { basePosition, askedAt, createdAt, started, trace } = begun
  const lastSequence = run.lastSequence + started.length
  return {
    run: { ...run, status: 'running', attempt: 1, lastSequence, startedAt: createdAt },
    sessionId,
    attempt: 1,
    basePosition,
    askedAt,
    steps: [],
    approvals: [],
    events: started,
    trace,
    more: false,
  }
}
