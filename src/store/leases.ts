import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'
import type { RunTable } from './tables.ts'

export interface Held {
  id: string
  attempt: number
  cancel_requested_at: number | null
}

/**
 * Renews the leases of the attempts a worker executes, in one statement, and answers what it still holds. A lease that
 * expired while the event loop stood still is revived as long as nobody recovered the run. Only what the worker names
 * is renewed: a run it gave up without being able to say so must expire.
 */
export async function renewLeases(
  executor: Executor,
  values: { workerId: string; leaseMs: number; attempts: { id: string; attempt: number }[] },
): Promise<Held[]> {
  const { workerId, leaseMs, attempts } = values
  if (attempts.length === 0) return []
  const names = toJson(attempts.map(({ id, attempt }) => `${id}:${attempt}`))
  return renew(executor, { workerId, leaseMs, names })
}

const renew = statement<{ workerId: string; leaseMs: number; names: string }, Held>(
  (_db, v, facts) => sql`
    update ${t.run} set lease_expires_at = ${facts.now} + ${v.leaseMs}
    where worker_id = ${v.workerId} and status = 'running'
      and id || ':' || attempt in (select k.value from ${facts.eachText(sql`${v.names}`)} as k)
    returning id, attempt, cancel_requested_at`,
)

/** The runs a worker executes whose cancel is wanted. */
export async function wantedCancels(
  executor: Executor,
  query: { workerId: string },
): Promise<string[]> {
  return (await cancels(executor, query)).map((row) => row.id)
}

const cancels = statement<{ workerId: string }, { id: string }>(
  (_db, v) => sql`
    select id from ${t.run}
    where worker_id = ${v.workerId} and status = 'running' and cancel_requested_at is not null`,
)

export type ExpiredRun = Pick<
  RunTable,
  'id' | 'attempt' | 'attempt_steps' | 'stalled_attempts' | 'cancel_requested_at'
>

/** Running runs whose lease is over, by the database's clock. */
export async function expiredRuns(
  executor: Executor,
  query: { limit: number },
): Promise<ExpiredRun[]> {
  return expired(executor, query)
}

const expired = statement<{ limit: number }, ExpiredRun>(
  (_db, v, facts) => sql`
    select id, attempt, attempt_steps, stalled_attempts, cancel_requested_at from ${t.run}
    where status = 'running' and lease_expires_at < ${facts.now}
    order by lease_expires_at limit ${v.limit}`,
)

/** One expired run, if it still is: read again inside the transaction that recovers it. */
export async function isExpired(
  executor: Executor,
  query: { id: string; attempt: number },
): Promise<boolean> {
  return (await stillExpired(executor, query)).length > 0
}

const stillExpired = statement<{ id: string; attempt: number }, { id: string }>(
  (_db, v, facts) => sql`
    select id from ${t.run} where id = ${v.id} and attempt = ${v.attempt}
      and status = 'running' and lease_expires_at < ${facts.now}`,
)
