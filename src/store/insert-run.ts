import { sql } from 'kysely'
import type { Executor } from './database.ts'
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
  /** How many events are written with it. */
  events: number
  /** JSON. */
  input: string
  context: string
}

/** Inserts a pending run with its input; answers whether it may be claimed at once. */
export async function insertRun(
  executor: Executor,
  values: RunValues,
): Promise<{ createdAt: number; front: boolean }> {
  const row = first(await insert(executor, values))
  if (row === null) throw new Error('insert of a run returned no row')
  await insertInput(executor, values)
  return { createdAt: row.created_at, front: row.front === 1 }
}

const insert = statement<RunValues, { created_at: number; front: number }>((_db, v, facts) => {
  const alone = sql`not exists (select 1 from ${t.run} as s
    where s.session_id = ${v.sessionId} and s.finished_at is null)`
  return sql`
    insert into ${t.run} (id, owner, session_id, session_key, agent_key, status, front, turn,
      max_turns, retry_of, idempotency_key, last_sequence, created_at)
    values (${v.id}, ${v.owner}, ${v.sessionId}, ${v.sessionKey}, ${v.agentKey}, 'pending',
      case when ${alone} then 1 else 0 end,
      case when ${alone} and not ${laneWaits(v.owner, v.agentKey)} then ${lastTurn} end,
      ${v.maxTurns}, ${v.retryOf}, ${v.idempotencyKey}, ${v.events}, ${facts.now})
    returning created_at, front`
})

const insertInput = statement<RunValues, never>(
  (_db, v) => sql`
    insert into ${t.runInput} (run_id, input, context) values (${v.id}, ${v.input}, ${v.context})`,
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
      where owner = ${v.owner} and status = 'pending' limit ${v.limit}) as some`,
)
