import { sql, type RawBuilder } from 'kysely'
import type { DatabaseFacts, Executor } from './database.ts'
import { part, type Part } from './guarded.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

/**
 * The round of owners. A lane is the pending runs of one owner and agent that are first in their session. Of each
 * lane one run at most has a turn; only runs with a turn can be claimed, lowest first, so claiming costs the same
 * however many wait. When a run is claimed the next of its lane gets a turn at the end of the round: everyone's
 * oldest run comes before anyone's second. A recovered run gets turn 0 and goes first.
 */

/** A turn after all that were given out: turns are moments. */
export const lastTurn = ({ now }: DatabaseFacts): RawBuilder<number> => now

/** For the next of a lane that had a turn in this round: after those that got their first in the same moment. */
const nextTurn = ({ now }: DatabaseFacts): RawBuilder<number> => sql`${now} + 1`

/** Whether a run of the lane waits, with a turn or for one. */
export function laneWaits(owner: unknown, agentKey: unknown): RawBuilder<boolean> {
  return sql`exists (select 1 from ${t.run} as q where q.owner = ${owner}
    and q.agent_key = ${agentKey} and q.status = 'pending' and q.front = 1)`
}

/** Whether the lane has a run with a turn. */
function laneHasTurn(owner: unknown, agentKey: unknown): RawBuilder<boolean> {
  return sql`exists (select 1 from ${t.run} as q where q.owner = ${owner}
    and q.agent_key = ${agentKey} and q.status = 'pending' and q.turn is not null)`
}

export interface Lane {
  owner: string
  agentKey: string
}

/** Gives the lane's oldest waiting run a turn, unless one has it. */
export async function giveTurn(executor: Executor, lane: Lane): Promise<void> {
  await give(executor, lane)
}

const give = statement<Lane, never>(
  (_db, v, facts) => sql`
    update ${t.run} set turn = ${nextTurn(facts)}
    where id = (select id from ${t.run}
        where owner = ${v.owner} and agent_key = ${v.agentKey} and status = 'pending'
          and front = 1 and turn is null
        order by id limit 1)
      and not ${laneHasTurn(v.owner, v.agentKey)}`,
)

/** As `giveTurn`, behind the gate that claims the run which had the lane's turn. */
export const passTurnParts = (): Part[] => pass([{}])

const pass = part('turn', (gate, _rows, facts) => {
  const [owner, agentKey, id] = ['owner', 'agent_key', 'id'].map((name) => gate.value(name))
  return sql`
    update ${t.run} set turn = ${nextTurn(facts)}
    where id = (select id from ${t.run}
        where owner = ${owner} and agent_key = ${agentKey} and status = 'pending'
          and front = 1 and turn is null
        order by id limit 1)
      and not exists (select 1 from ${t.run} as q where q.owner = ${owner}
        and q.agent_key = ${agentKey} and q.status = 'pending' and q.turn is not null
        and q.id <> ${id})`
})

/** Takes a run's turn back because its owner has no free slot; the next freed slot gives a turn again. */
export async function takeTurn(executor: Executor, run: { id: string }): Promise<void> {
  await take(executor, run)
}

const take = statement<{ id: string }, never>(
  (_db, v) => sql`update ${t.run} set turn = null where id = ${v.id} and status = 'pending'`,
)

/** Lets the session's next pending run come to the front, and gives it a turn when nobody of its lane waits. */
export async function advanceSession(
  executor: Executor,
  values: { sessionId: string },
): Promise<void> {
  await advance(executor, values)
}

const advance = statement<{ sessionId: string }, never>(
  (_db, v, facts) => sql`
    update ${t.run}
    set front = 1,
      turn = case when ${laneWaits(sql`${t.run}.owner`, sql`${t.run}.agent_key`)} then null
        else ${lastTurn(facts)} end
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

/**
 * Lanes that wait without a turn though their owner has a slot: after a limit was raised or removed. With no limit
 * every owner has one.
 */
export async function forgottenLanes(
  executor: Executor,
  query: { ownerLimit: number | null },
): Promise<Lane[]> {
  const rows = await forgotten(executor, query)
  return rows.map((row) => ({ owner: row.owner, agentKey: row.agent_key }))
}

// A loose index scan over the lanes that wait: one step per lane, however many runs wait in it.
const forgotten = statement<{ ownerLimit: number | null }, { owner: string; agent_key: string }>(
  (_db, v) => {
    const firstOf = (lanes: RawBuilder<unknown>) => sql`(select p.id from ${t.run} as p
      where p.status = 'pending' and p.front = 1 and ${lanes}
      order by p.owner, p.agent_key, p.id limit 1)`
    const following = sql`coalesce(
      ${firstOf(sql`p.owner = lane.owner and p.agent_key > lane.agent_key`)},
      ${firstOf(sql`p.owner > lane.owner`)})`
    return sql`
      with recursive lane(owner, agent_key) as (
        select r.owner, r.agent_key from ${t.run} as r where r.id = ${firstOf(sql`true`)}
        union all
        select r.owner, r.agent_key from lane join ${t.run} as r on r.id = ${following}
      )
      select owner, agent_key from lane
      where not ${laneHasTurn(sql`lane.owner`, sql`lane.agent_key`)}
        and (cast(${v.ownerLimit} as integer) is null or ${v.ownerLimit} > (select count(*) from ${t.run} as s
          where s.owner = lane.owner and s.owner_slot is not null))
      limit 50`
  },
)

/** Agent keys of runs that could be claimed. */
export async function waitingAgents(executor: Executor): Promise<string[]> {
  return (await waiting(executor, {})).map((row) => row.agent_key)
}

const waiting = statement<object, { agent_key: string }>(
  () => sql`
    select distinct agent_key from ${t.run}
    where status = 'pending' and turn is not null limit 1000`,
)
