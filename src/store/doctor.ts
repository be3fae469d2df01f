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

/** Approvals that have waited that long for a person. */
export const longAsked = counted<{ forMs: number }>((v, now) =>
  count(
    'created_at',
    sql`from ${t.approval} where status = 'pending' and created_at < ${now} - ${v.forMs}`,
  ),
)

/** Approvals that should have been rejected by themselves that long ago. */
export const approvalsOver = counted<{ forMs: number }>((v, now) =>
  count(
    'expires_at',
    sql`from ${t.approval} where status = 'pending' and expires_at is not null
      and expires_at < ${now} - ${v.forMs}`,
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
