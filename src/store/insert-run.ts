import { sql } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { eventParts, storedEvents, type LogRow } from './events.ts'
import { gate, part, selectRows } from './guarded.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import { laneWaits, lastTurn } from './turns.ts'

export interface RunValues {
  id: string
  owner: string
  sessionId: string
  sessionKey: string
  agentKey: string
  maxTurns: number
  retryOf: string | null
  idempotencyKey: string | null
  events: NewEvent[]
  /** JSON. */
  input: string
  context: string
}

/** Inserts a pending run with its input and first events; answers whether it may be claimed at once. */
export async function insertRun(
  executor: Executor,
  { events, ...values }: RunValues,
): Promise<{ createdAt: number; front: boolean; events: RunEvent[] }> {
  const parts = [...inputParts([values]), ...eventParts(events)]
  const row = await insert(executor, { ...values, count: events.length }, parts)
  if (row === null) throw new Error('insert of a run returned no row')
  return { createdAt: row.now, front: row.front === 1, events: storedEvents(row, events) }
}

const insert = gate<Omit<RunValues, 'events'> & { count: number }, LogRow & { front: number }>(
  (v, facts) => {
    const alone = sql`not exists (select 1 from ${t.run} as s
      where s.session_id = ${v.sessionId} and s.finished_at is null)`
    return sql`
      insert into ${t.run} (id, owner, session_id, session_key, agent_key, status, front, turn,
        max_turns, retry_of, idempotency_key, last_sequence, created_at)
      values (${v.id}, ${v.owner}, ${v.sessionId}, ${v.sessionKey}, ${v.agentKey}, 'pending',
        case when ${alone} then 1 else 0 end,
        case when ${alone} and not ${laneWaits(v.owner, v.agentKey)} then ${lastTurn(facts)} end,
        ${v.maxTurns}, ${v.retryOf}, ${v.idempotencyKey}, ${v.count}, ${facts.now})
      returning id, last_sequence, created_at as now, front`
  },
)

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
