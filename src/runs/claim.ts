import { isAgenticError } from '../core/errors.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Run } from '../core/run.ts'
import { approvalsOfRun, type AskedApproval } from '../store/approvals.ts'
import { claimRun, nextCandidates, nextOfOwner } from '../store/claim-run.ts'
import type { Executor } from '../store/database.ts'
import { toRun, type ClaimableRow } from '../store/run-rows.ts'
import type { Slots } from '../store/slots.ts'
import { readSteps } from '../store/steps.ts'
import type { StepTable } from '../store/tables.ts'
import { takeTurn } from '../store/turns.ts'
import type { AttemptTrace, TraceLinks } from '../telemetry/attempt-trace.ts'
import { freeSlots, type Full } from './free-slots.ts'
import type { Runtime } from './runtime.ts'

/** A run that is ours, with all that an attempt needs to know. */
export interface Claim {
  run: Run
  sessionId: string
  attempt: number
  basePosition: number
  /** By this process's monotonic clock, before it was asked for: from here on its lease counts. */
  askedAt: number
  steps: StepTable[]
  approvals: AskedApproval[]
  events: RunEvent[]
  /** Begun, and to be ended by whoever settles the attempt. */
  trace: AttemptTrace
  /** Whether another run could be claimed now. */
  more: boolean
}

/** Whether some run has its turn; looking first keeps idle workers from taking the write lock. */
export async function isAnyClaimable(runtime: Runtime): Promise<boolean> {
  const { executedAgents: agentKeys } = runtime.config
  const waiting = await runtime.database.read(async (executor) =>
    nextCandidates(executor, { agentKeys, limit: 1 }),
  )
  return waiting.length > 0
}

/** A pending run that may be claimed. */
interface Claimable {
  run: Run
  sessionId: string
  links: TraceLinks
}

export interface Claimed {
  claims: Claim[]
  /** Whether a run was passed over because something else holds its owner's lock for long. */
  passedOver: boolean
}

/**
 * Claims up to `want` runs whose turn it is, within the limits; none when there are none. Who they belong to must be
 * known before a transaction begins, because that begins with the owner's lock: it looks, and claims what it saw if it
 * still can. When fewer lanes wait than there are places for, each gives more than one.
 */
export async function claimNext(
  runtime: Runtime,
  workerId: string,
  want: number,
): Promise<Claimed> {
  let agentKeys = runtime.config.executedAgents
  const locked = new Set<string>()
  while (agentKeys.length > 0) {
    const looked = { agentKeys, limit: want + locked.size }
    const found = await runtime.database.read(async (executor) => nextCandidates(executor, looked))
    const rows = found.filter((row) => !locked.has(row.owner)).slice(0, want)
    if (rows.length === 0) break
    const each = Math.floor(want / rows.length)
    const settled = await Promise.allSettled(
      rows.map(async (row) => claimSome(runtime, workerId, toClaimable(row), each)),
    )
    const lots = settled.map((one) => (one.status === 'fulfilled' ? one.value : noLot))
    const failed = settled.find((one) => one.status === 'rejected')
    // What was claimed is executed, whatever became of the others.
    if (failed !== undefined && lots.every((lot) => lot.claims.length === 0)) throw failed.reason
    const claims = lots.flatMap((lot) => lot.claims)
    const refusals = new Set(lots.map((lot) => lot.refusal))
    if (claims.length > 0) return { claims, passedOver: false }
    rows.forEach((row, index) => lots[index]?.refusal === 'locked' && locked.add(row.owner))
    if (refusals.has('total full')) break
    const full = rows.filter((_, index) => lots[index]?.refusal === 'agent full')
    agentKeys = agentKeys.filter((key) => !full.some((row) => row.agent_key === key))
  }
  return { claims: [], passedOver: locked.size > 0 }
}

interface Lot {
  claims: Claim[]
  /** Why the last one was not claimed; null when none was left, or enough. */
  refusal: Refusal | null
}

const noLot: Lot = { claims: [], refusal: null }

/** One transaction with the owner's lock, if that is to be had soon: this run, then the next whose turn it is among those of its owner. */
async function claimSome(
  runtime: Runtime,
  workerId: string,
  candidate: Claimable,
  most: number,
): Promise<Lot> {
  const { owner, id } = candidate.run
  const { executedAgents: agentKeys } = runtime.config
  const claiming = runtime.database.write(
    async (executor): Promise<Lot> => {
      const claims: Claim[] = []
      let next: Claimable | null = candidate
      while (next !== null) {
        const claimed = await claimIt(runtime, executor, next, workerId)
        if (typeof claimed !== 'object') return { claims, refusal: claimed }
        claims.push(claimed)
        if (claims.length >= most) break
        const row = await nextOfOwner(executor, { owner, agentKeys })
        next = row === null ? null : toClaimable(row)
      }
      return { claims, refusal: null }
    },
    { owner, runId: id, isBrief: true },
  )
  return claiming.catch((error: unknown) => {
    // Who asked comes again: others do not wait for that.
    if (isAgenticError(error) && error.code === 'database_locked')
      return { claims: [], refusal: 'locked' }
    throw error
  })
}

function toClaimable(row: ClaimableRow): Claimable {
  const links = { submit: row.submit_trace, previous: row.attempt_trace }
  return { run: toRun(row), sessionId: row.session_id, links }
}

type Refusal = 'locked' | 'gone' | Full

async function claimIt(
  runtime: Runtime,
  executor: Executor,
  claimable: Claimable,
  workerId: string,
): Promise<Claim | Refusal> {
  const { run } = claimable
  const slots = await freeSlots(runtime, executor, run)
  if (slots === 'owner full') await takeTurn(executor, { id: run.id })
  if (typeof slots === 'string') return slots
  return (await take(runtime, executor, claimable, workerId, slots)) ?? 'gone'
}

async function take(
  runtime: Runtime,
  executor: Executor,
  { run, sessionId, links }: Claimable,
  workerId: string,
  slots: Slots,
): Promise<Claim | null> {
  const { leaseMs } = runtime.config
  const askedAt = performance.now()
  const { id, attempt } = run
  const events = startedEvents(runtime, attempt + 1)
  const trace = beginTrace(runtime, run, attempt + 1, links)
  const claim = { id, attempt, workerId, leaseMs, trace: trace.traceparent, events }
  const claimed = await claimRun(executor, { ...slots, ...claim })
  if (claimed === null) return null
  const isFirst = claimed.attempt === 1
  const { last_sequence: lastSequence, started_at: startedAt } = claimed
  return {
    run: { ...run, status: 'running', attempt: claimed.attempt, lastSequence, startedAt },
    sessionId,
    attempt: claimed.attempt,
    basePosition: claimed.base_position,
    askedAt,
    steps: isFirst ? [] : await readSteps(executor, { runId: id }),
    approvals: isFirst ? [] : await approvalsOfRun(executor, { runId: id }),
    events: claimed.events,
    trace,
    more: claimed.others_wait === 1,
  }
}

/** What is logged when an attempt begins. */
export function startedEvents(runtime: Runtime, attempt: number): NewEvent[] {
  return runtime.shape([{ type: 'run.attempt_started', payload: { attempt } }])
}

/** Of an attempt that is about to be claimed. */
export function beginTrace(
  { telemetry }: Runtime,
  run: Pick<Run, 'id' | 'owner' | 'sessionKey' | 'agentKey'>,
  attempt: number,
  links: TraceLinks,
): AttemptTrace {
  const { id: runId, owner, sessionKey, agentKey } = run
  return telemetry.beginAttempt({ runId, owner, sessionKey, agentKey, attempt, links })
}
