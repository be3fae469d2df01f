import { sql, type RawBuilder } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

/** Workers that were heard of within `leaseMs`, and what they have room for. */
export async function liveWorkers(
  executor: Executor,
  query: { leaseMs: number },
): Promise<{ workers: number; places: number; running: number }> {
  const row = first(await live(executor, query))
  return {
    workers: Number(row?.workers ?? 0),
    places: Number(row?.places ?? 0),
    running: Number(row?.running ?? 0),
  }
}

const live = statement<
  { leaseMs: number },
  { workers: number; places: number | null; running: number }
>(
  (_db, v, facts) => sql`
    select count(*) as workers, sum(w.concurrency) as places,
      (select count(*) from ${t.run} where status = 'running') as running
    from ${t.worker} as w where w.heartbeat_at >= (select ${facts.now}) - ${v.leaseMs}`,
)

export interface Counted {
  /** Up to 1,000. */
  many: number
  /** Of the one that waits longest. */
  oldest: number | null
}

const count = (moment: string, from: RawBuilder<unknown>) =>
  sql<Counted>`select count(*) as many, min(x.moment) as oldest
    from (select ${sql.ref(moment)} as moment ${from} limit 1000) as x`

const counted = <V extends object>(
  build: (v: V, now: RawBuilder<number>) => RawBuilder<Counted>,
) => {
  const question = statement<V, Counted>((_db, v, facts) =>
    build(v, sql<number>`(select ${facts.now})`),
  )
  return async (executor: Executor, query: V): Promise<Counted> => {
    const row = first(await question(executor, query))
    return { many: Number(row?.many ?? 0), oldest: row?.oldest ?? null }
  }
}

/** Running runs whose lease was over that long ago. */
export const leasesOver = counted<{ forMs: number }>((v, now) =>
  count(
    'lease_expires_at',
    sql`from ${t.run} where status = 'running' and lease_expires_at < ${now} - ${v.forMs}`,
  ),
)

/** Pending runs that could be claimed. */
export const waitingRuns = counted<object>(() =>
  count('created_at', sql`from ${t.run} where status = 'pending' and turn is not null`),
)

/**
 * Pending ones of runs that wait or are under way, or were given back in the middle, for which of a long queue the first
 * ones are looked at: what was never decided of a run that has ended waits for nobody.
 */
const asked = sql`from (
    select id from ${t.run}
    where status = 'awaiting_approval' and status in ('pending', 'awaiting_approval')
    union all select id from ${t.run} where status = 'running' and lease_expires_at > 0
    union all select id from (select id, attempt from ${t.run}
      where status = 'pending' and status in ('pending', 'awaiting_approval')
      order by id limit 1000) as p where attempt > 0) as r
  join ${t.approval} as a on a.run_id = r.id where a.status = 'pending'`

/** Approvals that have waited that long for a person. */
export const longAsked = counted<{ forMs: number }>((v, now) =>
  count('a.created_at', sql`${asked} and a.created_at < ${now} - ${v.forMs}`),
)

/** Approvals that should have been rejected by themselves that long ago. */
export const approvalsOver = counted<{ forMs: number }>((v, now) =>
  count(
    'a.expires_at',
    sql`${asked} and a.expires_at is not null and a.expires_at < ${now} - ${v.forMs}`,
  ),
)

/** Runs that hold a slot of a limit and do not run. */
export const strandedSlots = counted<object>(() => {
  const held = (slot: string) => sql`select created_at from ${t.run}
    where ${sql.ref(slot)} is not null and status <> 'running'`
  return count(
    'created_at',
    sql`from (${held('owner_slot')} union all ${held('agent_slot')} union all ${held('total_slot')}) as h`,
  )
})
