import { sql } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { eventParts, logColumns, storedEvents, type LogRow } from './events.ts'
import { gate } from './guarded.ts'
import { passTurnParts } from './turns.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { claimableColumns, type ClaimableRow } from './run-rows.ts'
import type { Slots } from './slots.ts'
import { first, listStatement, statement } from './statement.ts'

/** The runs whose turn it is among those of these agents, the first first; one of each lane at the most. */
export async function nextCandidates(
  executor: Executor,
  query: { agentKeys: string[]; limit: number },
): Promise<ClaimableRow[]> {
  const { agentKeys, limit } = query
  return candidates(
    executor,
    agentKeys.map((agentKey) => ({ agentKey, limit })),
  )
}

// The first of each agent by its index, and of these the first: whatever else waits is not looked at.
const candidates = listStatement<{ agentKey: string; limit: number }, ClaimableRow>((_db, rows) => {
  const ofAgent = rows.map(
    (v) => sql`select * from (select id, turn from ${t.run} where agent_key = ${v.agentKey}
      and status = 'pending' and turn is not null order by turn, id limit ${v.limit}) as one`,
  )
  return sql`
    select ${claimableColumns}
    from (select id from (${sql.join(ofAgent, sql` union all `)}) as firsts
      order by turn, id limit ${rows[0]?.limit}) as c
    join ${t.run} as r on r.id = c.id
    join ${t.runInput} as i on i.run_id = r.id
    order by r.turn, r.id`
})

/** As `nextCandidates`, of one owner: for whoever holds the owner's lock. */
export async function nextOfOwner(
  executor: Executor,
  query: { owner: string; agentKeys: string[] },
): Promise<ClaimableRow | null> {
  const { owner, agentKeys } = query
  return first(await ofOwner(executor, { owner, agentKeys: toJson(agentKeys) }))
}

const ofOwner = statement<{ owner: string; agentKeys: string }, ClaimableRow>(
  (_db, v, facts) => sql`
    select ${claimableColumns} from ${t.run} as r join ${t.runInput} as i on i.run_id = r.id
    where r.owner = ${v.owner} and r.status = 'pending' and r.turn is not null
      and r.agent_key in (select k.value from ${facts.eachText(sql`${v.agentKeys}`)} as k)
    order by r.turn, r.id limit 1`,
)

export interface ClaimValues extends Slots {
  id: string
  /** The attempt that ended before; the new one is one more. */
  attempt: number
  workerId: string
  leaseMs: number
  /** Of the new attempt. */
  trace: string | null
  events: NewEvent[]
}

interface ClaimedRow extends LogRow {
  attempt: number
  base_position: number
  started_at: number
  /** 1 when another run could be claimed: one that has its turn, or the next of this one's lane. */
  others_wait: number
}

export interface Claimed extends ClaimedRow {
  /** The events written with it. */
  events: RunEvent[]
}

/** Makes a pending run ours and gives the turn to the next of its lane; null when somebody else was quicker. */
export async function claimRun(
  executor: Executor,
  { events, ...values }: ClaimValues,
): Promise<Claimed | null> {
  const parts = [...passTurnParts(), ...eventParts(events)]
  const row = await claim(executor, { ...values, count: events.length }, parts)
  return row === null ? null : { ...row, events: storedEvents(row, events) }
}

const claim = gate<Omit<ClaimValues, 'events'> & { count: number }, ClaimedRow>(
  (v, facts) => sql`
  update ${t.run} set status = 'running', attempt = attempt + 1, attempt_steps = 0, turn = null,
    worker_id = ${v.workerId}, lease_expires_at = ${facts.now} + ${v.leaseMs},
    session_active = 1, owner_slot = ${v.ownerSlot}, agent_slot = ${v.agentSlot},
    total_slot = ${v.totalSlot}, attempt_trace = ${v.trace}, base_position = coalesce(base_position,
      (select s.last_position from ${t.session} as s where s.id = ${t.run}.session_id)),
    started_at = coalesce(started_at, ${facts.now}), last_sequence = last_sequence + ${v.count}
  where id = ${v.id} and status = 'pending' and attempt = ${v.attempt} and turn is not null
  returning ${logColumns(facts)}, owner, agent_key, attempt, base_position, started_at,
    case when exists (select 1 from ${t.run} as m where m.status = 'pending'
        and m.turn is not null and m.id <> ${t.run}.id)
      or exists (select 1 from ${t.run} as m where m.owner = ${t.run}.owner
        and m.agent_key = ${t.run}.agent_key and m.status = 'pending' and m.front = 1
        and m.turn is null) then 1 else 0 end as others_wait`,
)
