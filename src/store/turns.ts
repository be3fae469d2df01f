import { sql, type RawBuilder } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

/**
 * The round of owners. A lane is the pending runs of one owner and agent that are first in their session. Of each
 * lane one run at most has a turn; only runs with a turn can be claimed, lowest first, so claiming costs the same
 * however many wait. When a run is claimed the next of its lane gets a turn at the end of the round: everyone's
 * oldest run comes before anyone's second. A recovered run gets turn 0 and goes first.
 */

/** A turn after all that are given out. */
export const lastTurn: RawBuilder<number> = sql`(select coalesce(max(turn), 0) + 1 from ${t.run}
  where status = 'pending' and turn is not null)`

/** Whether the lane has a run with a turn. */
export function laneHasTurn(owner: unknown, agentKey: unknown): RawBuilder<boolean> {
  return sql`exists (select 1 from ${t.run} as q where q.owner = ${owner}
    and q.agent_key = ${agentKey} and q.status = 'pending' and q.turn is not null)`
}

interface Lane {
  owner: string
  agentKey: string
}

/** Gives the lane's oldest waiting run a turn, unless one has it. */
export async function giveTurn(executor: Executor, lane: Lane): Promise<void> {
  await give(executor, lane)
}

const give = statement<Lane, never>(
  (_db, v) => sql`
    update ${t.run} set turn = ${lastTurn}
    where id = (select id from ${t.run}
        where owner = ${v.owner} and agent_key = ${v.agentKey} and status = 'pending'
          and front = 1 and turn is null
        order by id limit 1)
      and not ${laneHasTurn(v.owner, v.agentKey)}`,
)

/** Takes a run's turn back because its owner has no free slot; the next freed slot gives a turn again. */
export async function takeTurn(executor: Executor, run: { id: string }): Promise<void> {
  await take(executor, run)
}

const take = statement<{ id: string }, never>(
  (_db, v) => sql`update ${t.run} set turn = null where id = ${v.id} and status = 'pending'`,
)

/** Lets the session's next pending run come to the front, and gives it a turn when its lane has none. */
export async function advanceSession(
  executor: Executor,
  values: { sessionId: string },
): Promise<void> {
  await advance(executor, values)
}

const advance = statement<{ sessionId: string }, never>(
  (_db, v) => sql`
    update ${t.run}
    set front = 1,
      turn = case when ${laneHasTurn(sql`${t.run}.owner`, sql`${t.run}.agent_key`)} then null
        else ${lastTurn} end
    where id = (select id from ${t.run}
        where session_id = ${v.sessionId} and finished_at is null order by id limit 1)
      and status = 'pending' and front = 0`,
)

/** Lanes of one owner with a waiting run. */
export async function lanesOf(executor: Executor, query: { owner: string }): Promise<Lane[]> {
  const rows = await agentsOf(executor, query)
  return rows.map((row) => ({ owner: query.owner, agentKey: row.agent_key }))
}

// A loose index scan: one step per agent key, however many runs wait.
const agentsOf = statement<{ owner: string }, { agent_key: string }>((_db, v) => {
  const next = (after: RawBuilder<unknown>) => sql`(select min(agent_key) from ${t.run}
    where owner = ${v.owner} and status = 'pending' and front = 1 ${after})`
  return sql`
    with recursive lane(agent_key) as (
      select ${next(sql``)}
      union all
      select ${next(sql`and agent_key > lane.agent_key`)} from lane where lane.agent_key is not null
    )
    select agent_key from lane where agent_key is not null`
})

/** Some lanes that wait without a turn: after a limit was raised or removed. */
export async function forgottenLanes(executor: Executor): Promise<Lane[]> {
  const rows = await forgotten(executor, {})
  return rows.map((row) => ({ owner: row.owner, agentKey: row.agent_key }))
}

const forgotten = statement<object, { owner: string; agent_key: string }>(
  () => sql`
    select r.owner, r.agent_key from ${t.run} as r
    where r.status = 'pending' and r.front = 1 and r.turn is null
      and not ${laneHasTurn(sql.ref('r.owner'), sql.ref('r.agent_key'))}
    limit 50`,
)
