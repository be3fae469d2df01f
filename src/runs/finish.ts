import type { ErrorCode } from '../core/errors.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { RunStatus, TerminalStatus } from '../core/run.ts'
import type { SessionItem } from '../core/session.ts'
import type { Executor } from '../store/database.ts'
import { loadRun } from '../store/find-runs.ts'
import { noUsage, type Held } from '../journal/held.ts'
import { stepParts } from '../store/steps.ts'
import { toJson } from '../store/json.ts'
import { leaveUndecided } from '../store/decisions.ts'
import { endRun, type Moved } from '../store/move-run.ts'
import { advanceSession, giveTurn, lanesOf } from '../store/turns.ts'
import { isFinished } from '../core/run.ts'
import { announce, wake, type Runtime } from './runtime.ts'

export type Ending =
  | { status: 'completed'; output: unknown; items: SessionItem[] }
  | { status: 'failed'; error: string; code: ErrorCode }
  | { status: 'cancelled'; items: SessionItem[] }

export interface Ended {
  runId: string
  owner: string
  status: TerminalStatus
  errorCode: ErrorCode | null
  agentKey: string
  attempt: number
  /** Since the first claim; null when it was never claimed. */
  durationMs: number | null
  events: RunEvent[]
  /** Whether another run may have become claimable. */
  wakes: boolean
}

export interface EndTarget {
  id: string
  from: RunStatus
  attempt: number
}

/**
 * The end of a run in the caller's transaction: status, output, items and the last event together. Null when the run
 * was moved by somebody else, or when a cancel is wanted and this is no cancel. A last response that the journal held
 * back is recorded with it.
 */
export async function finish(
  runtime: Runtime,
  executor: Executor,
  target: EndTarget,
  ending: Ending,
  held: Held | null = null,
): Promise<Ended | null> {
  const events = [...(held?.change.events ?? []), ...runtime.shape([terminalEvent(ending)])]
  const moved = await endRun(executor, {
    ...target,
    to: ending.status,
    output: ending.status === 'completed' ? toJson(ending.output) : null,
    error: ending.status === 'failed' ? storable(ending.error) : null,
    errorCode: ending.status === 'failed' ? ending.code : null,
    deltasKept: runtime.config.events === 'deltas' ? 1 : 0,
    ...(held?.change.usage ?? noUsage),
    events,
    items: ending.status === 'failed' ? [] : ending.items,
    parts: held === null ? [] : stepParts(held.values),
  })
  if (moved === null) return null
  await passOn(runtime, executor, target.from, moved)
  // One that completed has not asked, or has its answer. By itself, as the end waits for whoever asks at this moment.
  if (target.attempt > 0 && ending.status !== 'completed') {
    await leaveUndecided(executor, { runId: target.id })
  }
  const { owner: ownerLimit, total } = runtime.config.limits
  const agentLimit = runtime.config.limits.agentOf(moved.agent_key)
  const freesSlot = ownerLimit !== null || total !== null || agentLimit !== null
  const wakes = moved.session_waits === 1 || freesSlot || target.from === 'pending'
  const { status } = ending
  const { agent_key: agentKey, started_at: startedAt } = moved
  const errorCode = status === 'failed' ? ending.code : null
  const durationMs = startedAt === null ? null : moved.now - startedAt
  const told = { status, errorCode, agentKey, attempt: target.attempt, durationMs }
  return { runId: target.id, owner: moved.owner, ...told, events: moved.events, wakes }
}

/** What the end of a run frees: the session for its next run, a turn it had not used, and a slot of its owner. */
async function passOn(
  runtime: Runtime,
  executor: Executor,
  from: RunStatus,
  moved: Moved,
): Promise<void> {
  const { owner, agent_key: agentKey, session_id: sessionId } = moved
  if (moved.session_waits === 1) await advanceSession(executor, { sessionId })
  if (from === 'pending') await giveTurn(executor, { owner, agentKey })
  if (from === 'running') await passOnSlot(runtime, executor, owner)
}

/** A slot of the owner is free: each of the owner's lanes that gave up its turn for want of one gets a turn again. */
export async function passOnSlot(
  runtime: Runtime,
  executor: Executor,
  owner: string,
): Promise<void> {
  if (runtime.config.limits.owner === null) return
  for (const lane of await lanesOf(executor, { owner })) await giveTurn(executor, lane)
}

function terminalEvent(ending: Ending): NewEvent {
  switch (ending.status) {
    case 'completed':
      return { type: 'run.completed', payload: {} }
    case 'failed':
      return { type: 'run.failed', payload: { error: ending.error, error_code: ending.code } }
    case 'cancelled':
      return { type: 'run.cancelled', payload: {} }
  }
}

/** TEXT columns take neither NUL nor lone surrogates on every database. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}').slice(0, 20_000)
}

/** After the commit: followers, listeners and whoever waited for the slot. */
export async function announceEnd(
  runtime: Runtime,
  ended: Ended,
  traceId: string | null = null,
): Promise<void> {
  announce(runtime, ended.owner, ended.events)
  tellEnd(runtime, ended, traceId)
  if (ended.wakes) wake(runtime, ended.runId)
  const { listeners } = runtime
  const wanted = ['run.completed', 'run.failed', 'run.cancelled'] as const
  if (!wanted.some((name) => listeners.has(name))) return
  const run = await runtime.database.read(async (executor) =>
    loadRun(executor, { id: ended.runId }),
  )
  if (run !== null && isFinished(run)) listeners.emit(`run.${run.status}`, { run })
}

function tellEnd({ config, telemetry }: Runtime, ended: Ended, traceId: string | null): void {
  const { runId, owner, status, errorCode, agentKey, attempt, durationMs } = ended
  telemetry.ended(ended)
  const facts = { runId, owner, agent: agentKey, attempt, status, durationMs }
  const more = { ...(errorCode !== null && { errorCode }), ...(traceId !== null && { traceId }) }
  config.logger.info({ ...facts, ...more }, 'a run ended')
}
