import type { Approval } from '../core/approval.ts'
import type { RunEvent } from '../core/event.ts'
import type { Run } from '../core/run.ts'
import { approvalsOfRun } from '../store/approvals.ts'
import { claimRun, nextCandidate, type Candidate, type Claimed } from '../store/claim-run.ts'
import type { Executor } from '../store/database.ts'
import { insertEvents } from '../store/events.ts'
import { toRun } from '../store/run-rows.ts'
import { freeAgentSlot, freeOwnerSlot, freeTotalSlot, type Slots } from '../store/slots.ts'
import { readSteps } from '../store/steps.ts'
import type { StepTable } from '../store/tables.ts'
import { giveTurn, takeTurn } from '../store/turns.ts'
import type { Runtime } from './runtime.ts'

/** A run that is ours, with all that an attempt needs to know. */
export interface Claim {
  run: Run
  sessionId: string
  attempt: number
  basePosition: number
  steps: StepTable[]
  approvals: Approval[]
  events: RunEvent[]
  /** Whether another run could be claimed now. */
  more: boolean
}

/** Whether some run has its turn; looking first keeps idle workers from taking the write lock. */
export async function isAnyClaimable(runtime: Runtime): Promise<boolean> {
  const { agentKeys } = runtime.config
  const waiting = await runtime.database.read(async (executor) =>
    nextCandidate(executor, { agentKeys }),
  )
  return waiting !== null
}

/** Claims the run whose turn it is, within the limits, in one short transaction; null when there is none. */
export async function claimNext(runtime: Runtime, workerId: string): Promise<Claim | null> {
  return runtime.database.write(async (executor) => claim(runtime, executor, workerId))
}

/** As `claimNext`, in the caller's transaction. */
export async function claim(
  runtime: Runtime,
  executor: Executor,
  workerId: string,
): Promise<Claim | null> {
  const { config } = runtime
  let agentKeys = config.agentKeys
  const totalSlot = await totalSlotFor(runtime, executor)
  if (totalSlot === 'none') return null
  while (agentKeys.length > 0) {
    const candidate = await nextCandidate(executor, { agentKeys })
    if (candidate === null) return null
    const slots = await slotsFor(runtime, executor, candidate, totalSlot)
    if (slots === 'owner full') await takeTurn(executor, { id: candidate.id })
    else if (slots === 'agent full') {
      agentKeys = agentKeys.filter((key) => key !== candidate.agent_key)
    } else return take(runtime, executor, candidate, workerId, slots)
  }
  return null
}

async function totalSlotFor(runtime: Runtime, executor: Executor): Promise<number | null | 'none'> {
  const limit = runtime.config.limits.total
  if (limit === null) return null
  return (await freeTotalSlot(executor, { limit })) ?? 'none'
}

async function slotsFor(
  runtime: Runtime,
  executor: Executor,
  candidate: Candidate,
  totalSlot: number | null,
): Promise<Slots | 'owner full' | 'agent full'> {
  const { owner, agent_key: agentKey } = candidate
  const { limits } = runtime.config
  const slots: Slots = { ownerSlot: null, agentSlot: null, totalSlot }
  const agentLimit = limits.agentOf(agentKey)
  if (agentLimit !== null) {
    slots.agentSlot = await freeAgentSlot(executor, { agentKey, limit: agentLimit })
    if (slots.agentSlot === null) return 'agent full'
  }
  if (limits.owner !== null) {
    slots.ownerSlot = await freeOwnerSlot(executor, { owner, limit: limits.owner })
    if (slots.ownerSlot === null) return 'owner full'
  }
  return slots
}

async function take(
  runtime: Runtime,
  executor: Executor,
  candidate: Candidate,
  workerId: string,
  slots: Slots,
): Promise<Claim | null> {
  const started = runtime.shape([
    { type: 'run.attempt_started', payload: { attempt: candidate.attempt + 1 } },
  ])
  const claimed = await claimRun(executor, {
    ...slots,
    id: candidate.id,
    attempt: candidate.attempt,
    workerId,
    leaseMs: runtime.config.leaseMs,
    basePosition: candidate.session_last_position,
    events: started.length,
  })
  if (claimed === null) return null
  const { id: runId, owner, agent_key: agentKey } = candidate
  const after = claimed.last_sequence - started.length
  const events = await insertEvents(executor, { runId, after, events: started })
  if (candidate.lane_has_more === 1) await giveTurn(executor, { owner, agentKey })
  const isFirst = claimed.attempt === 1
  return {
    run: toRun({ ...candidate, ...runningNow(claimed) }),
    sessionId: candidate.session_id,
    attempt: claimed.attempt,
    basePosition: claimed.base_position,
    steps: isFirst ? [] : await readSteps(executor, { runId }),
    approvals: isFirst ? [] : await approvalsOfRun(executor, { runId }),
    events,
    more: candidate.lane_has_more === 1 || candidate.others_wait === 1,
  }
}

function runningNow(claimed: Claimed) {
  const { attempt, last_sequence, base_position, started_at } = claimed
  return { status: 'running' as const, attempt, last_sequence, base_position, started_at }
}
