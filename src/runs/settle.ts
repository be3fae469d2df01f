import { setTimeout as delay } from 'node:timers/promises'
import { isAgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'
import type { Control } from '../journal/control.ts'
import type { AgentOutcome } from '../journal/run-agent.ts'
import type { Held } from '../journal/held.ts'
import type { Executor } from '../store/database.ts'
import { releaseRun } from '../store/move-run.ts'
import type { AttemptOutcome } from '../telemetry/attempt-trace.ts'
import type { Attempt } from './attempt.ts'
import { failureOf } from './failure.ts'
import { announceEnd, finish, passOnSlot, type Ended, type Ending } from './finish.ts'
import { inputItems } from './input-items.ts'
import { keptItems } from './kept-items.ts'
import { announce, wake, type Runtime } from './runtime.ts'
import { nothingAsked, stillAsked } from './still-asked.ts'

type Released = 'awaiting_approval' | 'drained' | 'resumed'

type Settled =
  | { kind: 'lost' }
  | { kind: 'ended'; ended: Ended }
  | { kind: 'released'; events: RunEvent[]; how: Released }

/** Writes what became of an attempt. While the database is away it tries again until the lease ends. */
export async function settle(
  runtime: Runtime,
  attempt: Attempt,
  outcome: AgentOutcome,
): Promise<void> {
  for (;;) {
    try {
      const settled = await runtime.database.write(
        async (executor) => write(runtime, executor, attempt, outcome),
        { owner: attempt.claim.run.owner, runId: attempt.claim.run.id },
      )
      attempt.journal.dropHeld()
      return await tell(runtime, attempt, settled)
    } catch (error) {
      if (attempt.isLeaseOver || !isDatabaseAway(error)) throw error
      const { logger } = runtime.config
      logger.warn(
        { error, runId: attempt.claim.run.id },
        'the end of an attempt waits for the database',
      )
      await delay(250)
    }
  }
}

function isDatabaseAway(error: unknown): boolean {
  return isAgenticError(error) && error.code.startsWith('database_')
}

async function write(
  runtime: Runtime,
  executor: Executor,
  attempt: Attempt,
  outcome: AgentOutcome,
): Promise<Settled> {
  const { control } = attempt.journal.latch
  if (control?.kind === 'lost') return { kind: 'lost' }
  const isCutShort =
    control?.kind === 'drain' && (outcome.kind !== 'done' || attempt.journal.latch.wasFelt)
  if (isCutShort || control?.kind === 'waiting') {
    return giveBack(runtime, executor, attempt, control)
  }
  return end(runtime, executor, attempt, endingOf(runtime, attempt, outcome, control))
}

/** Ends it so, unless the run is not ours any more, or a cancel is wanted: then this is its end. */
async function end(
  runtime: Runtime,
  executor: Executor,
  attempt: Attempt,
  ending: Ending,
  held: Held | null = attempt.journal.held,
): Promise<Settled> {
  const { run, attempt: number } = attempt.claim
  const target = { id: run.id, from: 'running', attempt: number } as const
  const ended =
    (await finish(runtime, executor, target, ending, held)) ??
    (await finish(runtime, executor, target, cancelledEnding(attempt), held))
  return ended === null ? { kind: 'lost' } : { kind: 'ended', ended }
}

function endingOf(
  runtime: Runtime,
  attempt: Attempt,
  outcome: AgentOutcome,
  control: Control | null,
): Ending {
  if (control?.kind === 'cancelled') return cancelledEnding(attempt)
  if (control?.kind === 'failed') {
    return { status: 'failed', error: `AgenticError: ${control.message}`, code: control.code }
  }
  if (outcome.kind === 'done') {
    const items = [...inputItems(attempt.claim.run.input), ...outcome.items]
    return { status: 'completed', output: outcome.output, items }
  }
  return {
    status: 'failed',
    ...failureOf(outcome, runtime.config.debug, attempt.journal.modelErrors),
  }
}

function cancelledEnding(attempt: Attempt): Ending {
  const { claim, journal } = attempt
  return { status: 'cancelled', items: keptItems(claim.run, journal.steps()) }
}

/** To the next worker, or to the people it waits for, unless they have decided meanwhile. */
async function giveBack(
  runtime: Runtime,
  executor: Executor,
  attempt: Attempt,
  control: Control,
): Promise<Settled> {
  const before = await attempt.journal.writeHeld(executor)
  if (before === null) return { kind: 'lost' }
  const asked =
    control.kind === 'waiting'
      ? await stillAsked(runtime, executor, attempt.claim.run.id)
      : nothingAsked
  const settled =
    asked.failure === null
      ? await release(runtime, executor, attempt, howOf(control, asked.waits))
      : await end(runtime, executor, attempt, asked.failure, null)
  return withEvents([...before, ...asked.events], settled)
}

async function release(
  runtime: Runtime,
  executor: Executor,
  attempt: Attempt,
  how: Released,
): Promise<Settled> {
  const { run, attempt: number } = attempt.claim
  const waits = how === 'awaiting_approval'
  const moved = await releaseRun(executor, {
    id: run.id,
    attempt: number,
    from: 'running',
    to: waits ? 'awaiting_approval' : 'pending',
    turn: waits ? null : 0,
    stalled: null,
    events: runtime.shape([{ type: `run.${how}`, payload: {} }]),
  })
  // A run of which a cancel is wanted does not begin to wait.
  if (moved === null) return end(runtime, executor, attempt, cancelledEnding(attempt), null)
  if (waits) await passOnSlot(runtime, executor, run.owner)
  return { kind: 'released', events: moved.events, how }
}

/** With what was written before in the same transaction. */
function withEvents(before: RunEvent[], settled: Settled): Settled {
  if (settled.kind === 'released') return { ...settled, events: [...before, ...settled.events] }
  if (settled.kind === 'lost') return settled
  const { ended } = settled
  return { kind: 'ended', ended: { ...ended, events: [...before, ...ended.events] } }
}

function howOf(control: Control, waits: boolean): Released {
  if (waits) return 'awaiting_approval'
  return control.kind === 'drain' ? 'drained' : 'resumed'
}

async function tell(runtime: Runtime, attempt: Attempt, settled: Settled): Promise<void> {
  const { run, trace } = attempt.claim
  // Of one that was given back before its tools had ended, that was the outcome.
  const isNews = trace.end(outcomeOf(settled))
  if (settled.kind === 'ended') return announceEnd(runtime, settled.ended, trace.traceId)
  const facts = {
    runId: run.id,
    owner: run.owner,
    agent: run.agentKey,
    attempt: attempt.claim.attempt,
    ...(trace.traceId !== null && { traceId: trace.traceId }),
  }
  const { config, telemetry } = runtime
  if (settled.kind === 'lost') {
    attempt.journal.latch.set({ kind: 'lost' })
    if (!isNews) return
    telemetry.leaseLost(run.agentKey)
    config.logger.warn(facts, 'an attempt lost its run')
    return
  }
  config.logger.info({ ...facts, outcome: settled.how }, 'a run was given back')
  announce(runtime, run.owner, settled.events)
  wake(runtime, run.id)
}

function outcomeOf(settled: Settled): AttemptOutcome {
  if (settled.kind === 'lost') return { kind: 'lost', errorType: 'lease_lost' }
  if (settled.kind === 'released') return { kind: settled.how }
  const { status, errorCode } = settled.ended
  return status === 'failed'
    ? { kind: 'failed', errorType: errorCode ?? 'internal' }
    : { kind: status }
}
