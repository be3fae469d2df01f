import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { runColumns } from './find-runs.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import type { RunRow } from './run-rows.ts'
import type { Slots } from './slots.ts'
import { first, statement } from './statement.ts'

export interface Candidate extends RunRow {
  /** 1 when another run of its owner and agent waits for the turn this one gives up. */
  lane_has_more: number
  /** 1 when another run has its turn. */
  others_wait: number
  session_last_position: number
}

/** The run whose turn it is among those of these agents; null when none can be claimed. */
export async function nextCandidate(
  executor: Executor,
  query: { agentKeys: string[] },
): Promise<Candidate | null> {
  return first(await candidate(executor, { agentKeys: toJson(query.agentKeys) }))
}

const candidate = statement<{ agentKeys: string }, Candidate>((_db, v, facts) => {
  const lowestTurn = sql`(select q.id from ${t.run} as q
    where q.agent_key = k.value and q.status = 'pending' and q.turn is not null
    order by q.turn, q.id limit 1)`
  return sql`
    select ${runColumns}, s.last_position as session_last_position,
      case when exists (select 1 from ${t.run} as m where m.owner = r.owner
        and m.agent_key = r.agent_key and m.status = 'pending' and m.front = 1
        and m.turn is null) then 1 else 0 end as lane_has_more,
      case when exists (select 1 from ${t.run} as w where w.status = 'pending'
        and w.turn is not null and w.id <> r.id) then 1 else 0 end as others_wait
    from ${facts.eachText(sql`${v.agentKeys}`)} as k
    join ${t.run} as r on r.id = ${lowestTurn}
    join ${t.runInput} as i on i.run_id = r.id
    join ${t.session} as s on s.id = r.session_id
    order by r.turn, r.id limit 1`
})

export interface ClaimValues extends Slots {
  id: string
  /** The attempt that ended before; the new one is one more. */
  attempt: number
  workerId: string
  leaseMs: number
  basePosition: number
  events: number
}

export interface Claimed {
  attempt: number
  last_sequence: number
  base_position: number
  started_at: number
}

/** Makes a pending run ours; null when somebody else was quicker. */
export async function claimRun(executor: Executor, values: ClaimValues): Promise<Claimed | null> {
  return first(await claim(executor, values))
}

const claim = statement<ClaimValues, Claimed>(
  (_db, v, facts) => sql`
    update ${t.run} set status = 'running', attempt = attempt + 1, attempt_steps = 0, turn = null,
      worker_id = ${v.workerId}, lease_expires_at = ${facts.now} + ${v.leaseMs},
      session_active = 1, owner_slot = ${v.ownerSlot}, agent_slot = ${v.agentSlot},
      total_slot = ${v.totalSlot}, base_position = coalesce(base_position, ${v.basePosition}),
      started_at = coalesce(started_at, ${facts.now}), last_sequence = last_sequence + ${v.events}
    where id = ${v.id} and status = 'pending' and attempt = ${v.attempt} and turn is not null
    returning attempt, last_sequence, base_position, started_at`,
)
