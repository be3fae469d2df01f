import { sql, type RawBuilder } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { eventParts, storedEvents, type LogRow } from './events.ts'
import { gate, part, selectRows } from './guarded.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import type { Slots } from './slots.ts'
import { first, statement } from './statement.ts'
import { laneWaits, lastTurn } from './turns.ts'

export interface RunValues {
  id: string
  owner: string
  sessionKey: string
  agentKey: string
  maxTurns: number
  retryOf: string | null
  idempotencyKey: string | null
  /** W3C `traceparent` of whoever submits it. */
  submitTrace: string | null
  events: NewEvent[]
  /** JSON. */
  input: string
  context: string
}

export interface Inserted {
  createdAt: number
  events: RunEvent[]
}

/** Inserts a pending run with its input and first events; answers whether it is the first of its session. */
export async function insertRun(
  executor: Executor,
  { events, ...values }: RunValues & { sessionId: string },
): Promise<Inserted & { front: boolean }> {
  const parts = [...inputParts([values]), ...eventParts(events)]
  const row = await insert(executor, { ...values, count: events.length }, parts)
  if (row === null) throw new Error('insert of a run returned no row')
  return { createdAt: row.now, front: row.front === 1, events: storedEvents(row, events) }
}

type PendingValues = Omit<RunValues, 'events'> & { sessionId: string; count: number }

const insert = gate<PendingValues, LogRow & { front: number }>((v, facts) => {
  const alone = sql`not exists (select 1 from ${t.run} as s
      where s.session_id = ${v.sessionId} and s.finished_at is null)`
  return sql`
      insert into ${t.run} (id, owner, session_id, session_key, agent_key, status, front, turn,
        max_turns, retry_of, idempotency_key, submit_trace, last_sequence, created_at)
      values (${v.id}, ${v.owner}, ${v.sessionId}, ${v.sessionKey}, ${v.agentKey}, 'pending',
        case when ${alone} then 1 else 0 end,
        case when ${alone} and not ${laneWaits(v.owner, v.agentKey)} then ${lastTurn(facts)} end,
        ${v.maxTurns}, ${v.retryOf}, ${v.idempotencyKey}, ${v.submitTrace}, ${v.count},
        ${facts.now})
      returning id, last_sequence, created_at as now, front`
})

export interface InsertedRunning extends Inserted {
  basePosition: number
}

export interface RunningValues extends RunValues, Slots {
  workerId: string
  leaseMs: number
  attemptTrace: string | null
  /** Keys of the agents of whose runs none may wait for a worker. */
  agentKeys: string[]
}

/**
 * As `insertRun`, but claimed from the beginning, in the session of this key: null, and nothing inserted, when another
 * run comes before it, in its session or among those of these agents, or its id is not the newest of the session.
 */
export async function insertRunning(
  executor: Executor,
  { events, agentKeys, ...values }: RunningValues,
): Promise<InsertedRunning | null> {
  const parts = [...inputParts([values]), ...eventParts(events)]
  const counted = { ...values, agentKeys: toJson(agentKeys), count: events.length }
  const row = await insertClaimed(executor, counted, parts)
  if (row === null) return null
  const basePosition = row.base_position
  return { createdAt: row.now, basePosition, events: storedEvents(row, events) }
}

const insertClaimed = gate<
  Omit<RunningValues, 'events' | 'agentKeys'> & { agentKeys: string; count: number },
  LogRow & { base_position: number }
>((v, facts) => {
  const waiting = sql`select 1 from ${facts.eachText(sql`${v.agentKeys}`)} as k
    join ${t.run} as w on w.agent_key = k.value and w.status = 'pending' and w.turn is not null`
  // Asked for one row: as EXISTS it is joined, which may read an index through.
  const none = (such: RawBuilder<unknown>) =>
    sql`(select o.id from ${t.run} as o where o.session_id = s.id and ${such} limit 1) is null`
  return sql`
    insert into ${t.run} (id, owner, session_id, session_key, agent_key, status, front, max_turns,
      retry_of, idempotency_key, submit_trace, attempt_trace, last_sequence, created_at, attempt, worker_id, lease_expires_at,
      session_active, owner_slot, agent_slot, total_slot, base_position, started_at)
    select ${v.id}, s.owner, s.id, s.session_key, ${v.agentKey}, 'running', 1, ${v.maxTurns},
      ${v.retryOf}, ${v.idempotencyKey}, ${v.submitTrace}, ${v.attemptTrace}, ${v.count},
      ${facts.now}, 1, ${v.workerId},
      ${facts.now} + ${v.leaseMs}, 1, ${v.ownerSlot}, ${v.agentSlot}, ${v.totalSlot},
      s.last_position, ${facts.now}
    from ${t.session} as s
    where s.owner = ${v.owner} and s.session_key = ${v.sessionKey}
      and ${none(sql`o.finished_at is null`)} and ${none(sql`o.id >= ${v.id}`)}
      and not ${laneWaits(v.owner, v.agentKey)} and not exists (${waiting})
    returning id, last_sequence, created_at as now, base_position`
})

const inputParts = part<{ input: string; context: string }>(
  'input',
  (gate, rows) => sql`
    insert into ${t.runInput} (run_id, input, context) ${selectRows(
      gate,
      rows.map((v) => sql`${gate.column('id')}, ${v.input}, ${v.context}`),
    )}`,
)

/** Pending runs of an owner, counted up to `limit`. */
export async function countPending(
  executor: Executor,
  query: { owner: string; limit: number },
): Promise<number> {
  return Number(first(await pending(executor, query))?.waiting ?? 0)
}

const pending = statement<{ owner: string; limit: number }, { waiting: number }>(
  (_db, v) => sql`
    select count(*) as waiting from (select 1 from ${t.run}
      where owner = ${v.owner} and status = 'pending' limit ${v.limit}) as pending`,
)
