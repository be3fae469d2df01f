import { sql } from 'kysely'
import { transitions, type RunStatus, type TerminalStatus } from '../core/run.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { SessionItem } from '../core/session.ts'
import type { DatabaseFacts, Executor } from './database.ts'
import { addUsage, type UsageValues } from './fence.ts'
import { eventParts, logColumns, storedEvents, type LogRow } from './events.ts'
import { gate, type Part } from './guarded.ts'
import { itemBase, itemParts } from './items.ts'
import { t } from './names.ts'

/** Asserts that the table of transitions allows a move; a violation is a defect of ours. */
function assertMove(from: RunStatus, to: RunStatus): void {
  if (!(transitions[from] as readonly RunStatus[]).includes(to)) {
    throw new Error(`a run cannot go from ${from} to ${to}`)
  }
}

export interface Moved extends LogRow {
  owner: string
  agent_key: string
  session_id: string
  started_at: number | null
  /** 1 when another run of the session waits. */
  session_waits: number
  /** The events written with it. */
  events: RunEvent[]
}

type MovedRow = Omit<Moved, 'events'>

const moved = (
  facts: DatabaseFacts,
) => sql`${logColumns(facts)}, owner, agent_key, session_id, started_at,
  case when exists (select 1 from ${t.run} as w where w.session_id = ${t.run}.session_id
    and w.finished_at is null and w.id <> ${t.run}.id) then 1 else 0 end as session_waits`

/** With the usage of a last response that is written with the end. */
export interface EndValues extends UsageValues {
  id: string
  from: RunStatus
  attempt: number
  to: TerminalStatus
  output: string | null
  error: string | null
  errorCode: string | null
  deltasKept: number
  events: NewEvent[]
  /** What the session gets. */
  items: SessionItem[]
  /** What else is written with it. */
  parts: Part[]
}

/**
 * Ends a run. Zero rows mean that somebody else moved it first, or that a cancel is wanted and this is not one:
 * cancel wins over completion.
 */
export async function endRun(executor: Executor, values: EndValues): Promise<Moved | null> {
  const { events, items, parts, ...facts } = values
  assertMove(values.from, values.to)
  const all = [...parts, ...itemParts(values.id, items), ...eventParts(events)]
  const row = await end(executor, { ...facts, count: events.length }, all)
  return row === null ? null : { ...row, events: storedEvents(row, events) }
}

const end = gate<Omit<EndValues, 'events' | 'items' | 'parts'> & { count: number }, MovedRow>(
  (v, facts) => sql`
    update ${t.run} set status = ${v.to}, finished_at = ${facts.now}, output = ${v.output},
      error = ${v.error}, error_code = ${v.errorCode}, session_active = null, turn = null,
      worker_id = null, lease_expires_at = null, owner_slot = null, agent_slot = null,
      total_slot = null, deltas_kept = ${v.deltasKept}, last_sequence = last_sequence + ${v.count},
      ${addUsage(v)}
    where id = ${v.id} and status = ${v.from} and attempt = ${v.attempt}
      and (cancel_requested_at is null or ${v.to} = 'cancelled')
    returning ${moved(facts)}, ${itemBase}`,
)

export interface ReleaseValues {
  id: string
  attempt: number
  from: RunStatus
  to: 'pending' | 'awaiting_approval'
  /** 0 puts it before everyone's next: it had its turn. */
  turn: number | null
  /** Attempts in a row that were lost without a step; null leaves the count as it is. */
  stalled: number | null
  events: NewEvent[]
}

/**
 * Gives a run back: drained, recovered, waiting for a person, or decided. It keeps its session. One that was to wait
 * does not move when a cancel is wanted: nobody would see to it.
 */
export async function releaseRun(executor: Executor, values: ReleaseValues): Promise<Moved | null> {
  const { events, ...facts } = values
  assertMove(values.from, values.to)
  const row = await release(executor, { ...facts, count: events.length }, eventParts(events))
  return row === null ? null : { ...row, events: storedEvents(row, events) }
}

const release = gate<Omit<ReleaseValues, 'events'> & { count: number }, MovedRow>(
  (v, facts) => sql`
    update ${t.run} set status = ${v.to}, turn = ${v.turn}, worker_id = null,
      lease_expires_at = null, owner_slot = null, agent_slot = null, total_slot = null,
      stalled_attempts = coalesce(${v.stalled}, stalled_attempts),
      last_sequence = last_sequence + ${v.count}
    where id = ${v.id} and status = ${v.from} and attempt = ${v.attempt}
      and (cancel_requested_at is null or ${v.to} = 'pending')
    returning ${moved(facts)}`,
)

/** Notes that a cancel is wanted, once; no events when it is wanted already or the run has ended. */
export async function requestCancel(
  executor: Executor,
  values: { id: string; owner: string },
): Promise<RunEvent[]> {
  const events: NewEvent[] = [{ type: 'run.cancel_requested', payload: {} }]
  const row = await wantCancel(executor, values, eventParts(events))
  return row === null ? [] : storedEvents(row, events)
}

const wantCancel = gate<{ id: string; owner: string }, LogRow>(
  (v, facts) => sql`
    update ${t.run} set cancel_requested_at = ${facts.now}, last_sequence = last_sequence + 1
    where id = ${v.id} and owner = ${v.owner} and cancel_requested_at is null
      and finished_at is null
    returning ${logColumns(facts)}`,
)
