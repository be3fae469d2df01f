import { setTimeout as delay } from 'node:timers/promises'
import { isAgenticError } from '../core/errors.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Control } from '../journal/control.ts'
import type { AgentOutcome } from '../journal/run-agent.ts'
import { hasPendingApproval } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { releaseRun } from '../store/move-run.ts'
import type { Attempt } from './attempt.ts'
import { failureOf } from './failure.ts'
import { announceEnd, finish, passOnSlot, type Ended, type Ending } from './finish.ts'
import { inputItems } from './input-items.ts'
import { keptItems } from './kept-items.ts'
import { announce, wake, type Runtime } from './runtime.ts'

type Settled =
  | { kind: 'lost' }
  | { kind: 'ended'; ended: Ended }
  | { kind: 'released'; events: RunEvent[]; claimable: boolean }

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
  if (isCutShort || control?.kind === 'waiting') return release(runtime, executor, attempt, control)
  const { run } = attempt.claim
  const target = { id: run.id, from: 'running', attempt: attempt.claim.attempt } as const
  const ending = endingOf(runtime, attempt, outcome, control)
  const { held } = attempt.journal
  const ended = await finish(runtime, executor, target, ending, held)
  if (ended !== null) return { kind: 'ended', ended }
  // Either the run is not ours any more, or a cancel is wanted: then this is its end.
  const cancelled = await finish(runtime, executor, target, cancelledEnding(attempt), held)
  return cancelled === null ? { kind: 'lost' } : { kind: 'ended', ended: cancelled }
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
  return { status: 'cancelled', items: keptItems(claim.run, journal.steps(), false) }
}

/** Gives the run back: to the next worker, or to the people it waits for. */
async function release(
  runtime: Runtime,
  executor: Executor,
  attempt: Attempt,
  control: Control,
): Promise<Settled> {
  const { run, attempt: number } = attempt.claim
  const waits =
    control.kind === 'waiting' && (await hasPendingApproval(executor, { runId: run.id }))
  const before = await attempt.journal.writeHeld(executor)
  if (before === null) return { kind: 'lost' }
  const events = runtime.shape([releaseEvent(control, waits)])
  const moved = await releaseRun(executor, {
    id: run.id,
    attempt: number,
    from: 'running',
    to: waits ? 'awaiting_approval' : 'pending',
    turn: waits ? null : 0,
    stalled: null,
    events,
  })
  if (moved === null) return { kind: 'lost' }
  if (waits) await passOnSlot(runtime, executor, run.owner)
  return { kind: 'released', events: [...before, ...moved.events], claimable: !waits }
}

function releaseEvent(control: Control, waits: boolean): NewEvent {
  if (waits) return { type: 'run.awaiting_approval', payload: {} }
  if (control.kind === 'drain') return { type: 'run.drained', payload: {} }
  return { type: 'run.resumed', payload: {} }
}

async function tell(runtime: Runtime, attempt: Attempt, settled: Settled): Promise<void> {
  const { run } = attempt.claim
  if (settled.kind === 'ended') return announceEnd(runtime, settled.ended)
  if (settled.kind === 'lost') {
    attempt.journal.latch.set({ kind: 'lost' })
    runtime.config.logger.warn(
      { runId: run.id, attempt: attempt.claim.attempt },
      'an attempt lost its run',
    )
    return
  }
  announce(runtime, run.owner, settled.events)
  wake(runtime, run.id)
}
