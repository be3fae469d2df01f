import { uuidv7 } from 'uuidv7'
import type { SubmitOptions, SubmittedRun } from '../core/api.ts'
import { AgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'
import type { Run } from '../core/run.ts'
import type { Executor } from '../store/database.ts'
import { findRun, findRunByIdempotencyKey, unfinishedRuns } from '../store/find-runs.ts'
import { countPending, insertRun, type RunValues } from '../store/insert-run.ts'
import { givenJson, toJson } from '../store/json.ts'
import { takeRate } from '../store/rate.ts'
import { findSession, openSession, type OpenedSession } from '../store/sessions.ts'
import { cancelRun } from './cancel.ts'
import { checkSubmit, type CheckedSubmit } from './check-submit.ts'
import { idAfter } from './run-id.ts'
import { firstClaim } from './begin.ts'
import type { Claim } from './claim.ts'
import { announce, wake, type Note, type Place, type Runtime } from './runtime.ts'
import { waitForRun } from './wait.ts'

/** What was checked, with the W3C `traceparent` of whoever submits it. */
export type PreparedSubmit = CheckedSubmit & { submitTrace: string | null; isUnlimited: boolean }

/** What people in charge start counts for nobody's rate, and is not refused for what an owner has waiting. */
type InternalSubmit = SubmitOptions & { retryOf?: string; isUnlimited?: boolean }

interface Submitted {
  run: Run
  isNew: boolean
  events: RunEvent[]
  /** When it began here at once. */
  claim: Claim | null
  sessionCreated: boolean
  /** Unfinished runs of the session that `interrupt` ends. */
  interrupts: string[]
}

/** Durable before it answers: the row is committed, then workers are woken. */
export async function submitRun(
  runtime: Runtime,
  options: InternalSubmit,
  note?: Note<Run>,
): Promise<SubmittedRun> {
  const submit = prepareSubmit(runtime, options)
  const place = runtime.reserve()
  const submitted = await write(runtime, submit, place, note)
  if (!submitted.isNew) return { ...submitted.run, isNew: false }
  announce(runtime, submit.owner, submitted.events)
  place?.run(submitted.claim)
  if (submitted.sessionCreated) await announceSession(runtime, submit)
  for (const runId of submitted.interrupts) {
    await cancelRun(runtime, { owner: submit.owner, id: runId })
  }
  if (submitted.claim !== null) return { ...submitted.run, isNew: true }
  return { ...(await start(runtime, submitted.run)), isNew: true }
}

/** Another process that takes slots at the same time may be quicker so often; then the run waits for its turn. */
const mostBeginnings = 3

/** The span is that of the caller here only: a transaction that several share is made in the context of one of them. */
export function prepareSubmit(runtime: Runtime, options: InternalSubmit): PreparedSubmit {
  const submitTrace = runtime.telemetry.activeTrace()
  const { isUnlimited = false } = options
  return { ...checkSubmit(runtime.config, options), submitTrace, isUnlimited }
}

/** With a free place here, the run begins in the same transaction when it is its turn. */
async function write(
  runtime: Runtime,
  submit: PreparedSubmit,
  place: Place | null,
  note: Note<Run> | undefined,
): Promise<Submitted> {
  let tries = 0
  try {
    const submitted = await runtime.database.write(
      async (executor) => {
        tries += 1
        const isTried = tries <= mostBeginnings
        const inserted = await insert(runtime, executor, submit, isTried ? place : null)
        if (inserted.isNew) await note?.(executor, inserted.run)
        return inserted
      },
      { owner: submit.owner },
    )
    if (!submitted.isNew) place?.run(null)
    return submitted
  } catch (error) {
    place?.run(null)
    throw error
  }
}

/** Inserts what was checked, with its session, in the caller's transaction. */
export async function insert(
  runtime: Runtime,
  executor: Executor,
  submit: PreparedSubmit,
  place: Place | null = null,
): Promise<Submitted> {
  const { owner, sessionKey, idempotencyKey } = submit
  if (idempotencyKey !== null) {
    const run = await findRunByIdempotencyKey(executor, { owner, idempotencyKey })
    if (run !== null) {
      return knownBefore(run)
    }
  }
  if (!submit.isUnlimited) await assertAllowed(runtime, executor, owner)
  const values: RunValues = {
    id: uuidv7(),
    owner,
    sessionKey,
    agentKey: submit.agentKey,
    maxTurns: submit.maxTurns,
    retryOf: submit.retryOf,
    idempotencyKey,
    submitTrace: submit.submitTrace,
    events: runtime.shape([{ type: 'run.created', payload: createdPayload(submit) }]),
    input: toJson(submit.input),
    context: givenJson('context', submit.context),
  }
  // Most sessions are at rest: what makes one, and what begins a run in it, are sent together.
  const [session, begun] = await Promise.all([
    openSession(executor, { id: uuidv7(), owner, key: sessionKey }),
    place?.insert(executor, values) ?? null,
  ])
  if (begun === null) return enqueue(executor, submit, session, values)
  const { createdAt, events } = begun
  const run = newRun(submit, { id: values.id, createdAt, lastSequence: events.length })
  const claim = firstClaim(run, session.id, begun)
  return { run, isNew: true, events, claim, sessionCreated: session.created, interrupts: [] }
}

async function enqueue(
  executor: Executor,
  submit: CheckedSubmit,
  session: OpenedSession,
  values: RunValues,
): Promise<Submitted> {
  const { owner, sessionKey, whenBusy } = submit
  const { id: sessionId, created: sessionCreated } = session
  const looks = whenBusy !== 'enqueue' && !sessionCreated
  const busy = looks ? await unfinishedRuns(executor, { sessionId }) : []
  if (whenBusy === 'reject' && busy[0] !== undefined) throw sessionBusy(sessionKey, busy[0])
  const id = idAfter(values.id, session.newestRun)
  const { createdAt, front, events } = await insertRun(executor, { ...values, id, sessionId })
  const run = front
    ? newRun(submit, { id, createdAt, lastSequence: events.length })
    : await findRun(executor, { id, owner })
  if (run === null) throw new Error('a run just inserted cannot be found')
  const interrupts = busy.map((one) => one.id)
  return { run, isNew: true, events, claim: null, sessionCreated, interrupts }
}

function knownBefore(run: Run): Submitted {
  return { run, isNew: false, events: [], claim: null, sessionCreated: false, interrupts: [] }
}

async function assertAllowed(runtime: Runtime, executor: Executor, owner: string): Promise<void> {
  const { rate, pendingPerOwner } = runtime.config.limits
  if (pendingPerOwner !== null) {
    const waiting = await countPending(executor, { owner, limit: pendingPerOwner })
    if (waiting >= pendingPerOwner) {
      throw new AgenticError(
        'too_many_pending',
        `You have ${waiting} runs waiting, which is as many as are allowed. Wait for one to start, or cancel one.`,
        { retryAfterSeconds: 5 },
      )
    }
  }
  if (rate === null) return
  const waitMs = await takeRate(executor, { owner, limit: rate.count, windowMs: rate.windowMs })
  if (waitMs === 0) return
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  throw new AgenticError(
    'rate_limited',
    `You have started ${rate.count} runs in this period, which is as many as are allowed. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  )
}

function createdPayload(submit: CheckedSubmit): { session_key: string; agent_key: string } {
  return { session_key: submit.sessionKey, agent_key: submit.agentKey }
}

function newRun(
  submit: CheckedSubmit,
  row: { id: string; createdAt: number; lastSequence: number },
): Run {
  return {
    ...row,
    status: 'pending',
    owner: submit.owner,
    sessionKey: submit.sessionKey,
    agentKey: submit.agentKey,
    attempt: 0,
    input: submit.input,
    config: { maxTurns: submit.maxTurns },
    context: submit.context,
    usage: { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    startedAt: null,
    cancelRequestedAt: null,
    retryOf: submit.retryOf,
    blockedBy: null,
  }
}

function sessionBusy(key: string, active: Run): AgenticError {
  return new AgenticError(
    'session_busy',
    `Session ${key} has a run that has not ended (${active.id}, ${active.status}). Wait for it, cancel it, or submit with another session key.`,
    { details: { run_id: active.id } },
  )
}

async function announceSession(runtime: Runtime, submit: CheckedSubmit): Promise<void> {
  if (!runtime.listeners.has('session.created')) return
  const { owner, sessionKey: key } = submit
  const found = await runtime.database.read(async (executor) =>
    findSession(executor, { owner, key }),
  )
  if (found !== null) runtime.listeners.emit('session.created', { session: found.session })
}

/** Wakes a worker; an inline queue executes here and now, and the answer is the run's end, or its pause. */
async function start(runtime: Runtime, run: Run): Promise<Run> {
  const { id, owner } = run
  const { config, queue } = runtime
  if (queue.inline !== true || config.concurrency === 0) {
    wake(runtime, id)
    return run
  }
  await queue.wake(id).catch((error: unknown) => {
    config.logger.warn({ error, runId: id }, 'an inline execution could not be started')
  })
  // What was executed is the run whose turn it was, which need not be this one.
  return waitForRun(runtime, { id, owner, until: 'pause' })
}
