import type { RecoveryMode } from '../core/options.ts'
import type { RunEvent } from '../core/event.ts'
import type { RunStatus } from '../core/run.ts'
import type { Executor } from '../store/database.ts'
import { loadRun } from '../store/find-runs.ts'
import { expiredRuns, isExpired, type ExpiredRun } from '../store/leases.ts'
import { releaseRun } from '../store/move-run.ts'
import { readSteps } from '../store/steps.ts'
import { traceIdOf } from '../telemetry/traceparent.ts'
import { announceEnd, finish, type Ended, type Ending } from './finish.ts'
import { keptItems } from './kept-items.ts'
import { announce, wake, type Note, type Runtime } from './runtime.ts'

type Recovered =
  | { kind: 'none' }
  | { kind: 'ended'; status: RunStatus; ended: Ended }
  | { kind: 'released'; status: RunStatus; owner: string; events: RunEvent[] }

/**
 * Takes runs whose lease expired, and only those, from workers that are gone. Answers how many. What this process
 * executes is not lost, however long its event loop stood still: its heartbeat renews it.
 */
export async function recoverExpired(
  runtime: Runtime,
  mode: RecoveryMode = runtime.config.recovery,
): Promise<number> {
  if (mode === 'ignore') return 0
  const found = await runtime.database.read(async (executor) =>
    expiredRuns(executor, { limit: 100 }),
  )
  const expired = found.filter((run) => !isHeldHere(runtime, run))
  // At once: one that has to wait, because its owner is locked, does not hold up those behind it.
  const settled = await Promise.allSettled(
    expired.map(async (run) => recoverOne(runtime, run, mode)),
  )
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return settled.filter((one) => one.status === 'fulfilled' && one.value !== null).length
}

export function isHeldHere(runtime: Runtime, { id, attempt }: ExpiredRun): boolean {
  const here = runtime.attempts.get(id)
  return here !== undefined && here.claim.attempt === attempt && !here.isGivenUp
}

/** How a run goes on; null when it was not lost any more. */
export async function recoverOne(
  runtime: Runtime,
  run: ExpiredRun,
  mode: 'resume' | 'fail',
  note?: Note<RunStatus>,
): Promise<RunStatus | null> {
  const recovered = await runtime.database.write(
    async (executor) => {
      const done = await recover(runtime, executor, run, mode)
      if (done.kind !== 'none') await note?.(executor, done.status)
      return done
    },
    { owner: run.owner, runId: run.id },
  )
  tellRecovery(runtime, run, recovered)
  if (recovered.kind === 'ended') await announceEnd(runtime, recovered.ended)
  if (recovered.kind === 'released') {
    announce(runtime, recovered.owner, recovered.events)
    wake(runtime, run.id)
  }
  return recovered.kind === 'none' ? null : recovered.status
}

/** With the trace of the attempt that was cut off: of that only what had ended is in it. */
function tellRecovery(runtime: Runtime, run: ExpiredRun, recovered: Recovered): void {
  if (recovered.kind === 'none') return
  const { id: runId, owner, agent_key: agent, attempt, attempt_trace: trace } = run
  const status = recovered.kind === 'ended' ? recovered.ended.status : 'pending'
  runtime.telemetry.recovered(agent, status)
  const traceId = traceIdOf(trace)
  const facts = { runId, owner, agent, attempt, status, ...(traceId !== null && { traceId }) }
  runtime.config.logger.warn(facts, 'a run was taken from a worker that is gone')
}

async function recover(
  runtime: Runtime,
  executor: Executor,
  expired: ExpiredRun,
  mode: 'resume' | 'fail',
): Promise<Recovered> {
  const { id, attempt } = expired
  if (!(await isExpired(executor, { id, attempt }))) return { kind: 'none' }
  const ending = await endingOf(runtime, executor, expired, mode)
  if (ending !== null) {
    const ended = await finish(runtime, executor, { id, from: 'running', attempt }, ending)
    return ended === null ? { kind: 'none' } : { kind: 'ended', status: ending.status, ended }
  }
  const events = runtime.shape([{ type: 'run.recovered', payload: { attempt } }])
  const moved = await releaseRun(executor, {
    id,
    attempt,
    from: 'running',
    to: 'pending',
    turn: 0,
    stalled: stalledInARow(expired),
    events,
  })
  if (moved === null) return { kind: 'none' }
  return { kind: 'released', status: 'pending', owner: moved.owner, events: moved.events }
}

/** How a recovered run ends at once; null when it goes on. */
async function endingOf(
  runtime: Runtime,
  executor: Executor,
  expired: ExpiredRun,
  mode: 'resume' | 'fail',
): Promise<Ending | null> {
  if (expired.cancel_requested_at !== null) {
    const run = await loadRun(executor, { id: expired.id })
    const steps = await readSteps(executor, { runId: expired.id })
    return { status: 'cancelled', items: run === null ? [] : keptItems(run, steps) }
  }
  const { maxAttempts } = runtime.config
  const stalled = stalledInARow(expired)
  if (stalled >= maxAttempts) {
    return {
      status: 'failed',
      code: 'poison',
      error: `AgenticError: ${stalled} attempts at this run in a row ended with their worker gone and no step recorded (\`maxAttempts\` is ${maxAttempts}). Something in it takes its worker down: look at the worker's log, then retry the run.`,
    }
  }
  if (mode === 'resume') return null
  return {
    status: 'failed',
    code: 'lease_expired',
    error: `AgenticError: The worker of attempt ${expired.attempt} was lost, and lost runs are set to fail (\`recovery: 'fail'\`). Retry the run.`,
  }
}

/** An attempt that recorded a step made progress: only those in a row that did not say that the run is to blame. */
function stalledInARow(expired: ExpiredRun): number {
  return expired.attempt_steps === 0 ? expired.stalled_attempts + 1 : 0
}
