import { sql } from 'kysely'
import type { RunStatus } from '../core/run.ts'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { RunTable } from './tables.ts'

export interface LeaseValues {
  id: string
  attempt: number
  workerId: string
  leaseMs: number
}

/**
 * Renews the lease of an attempt; null when it is not held any more. One that expired while the event loop stood still
 * is revived as long as nobody recovered the run.
 */
export async function renewLease(
  executor: Executor,
  values: LeaseValues,
): Promise<{ cancelRequested: boolean } | null> {
  const row = first(await renew(executor, values))
  return row === null ? null : { cancelRequested: row.cancel_requested_at !== null }
}

const renew = statement<LeaseValues, { cancel_requested_at: number | null }>(
  (_db, v, facts) => sql`
    update ${t.run} set lease_expires_at = ${facts.now} + ${v.leaseMs}
    where id = ${v.id} and attempt = ${v.attempt} and worker_id = ${v.workerId}
      and status = 'running'
    returning cancel_requested_at`,
)

/** Those of these runs whose cancel is wanted. */
export async function wantedCancels(
  executor: Executor,
  query: { ids: string[] },
): Promise<string[]> {
  return (await cancels(executor, { ids: toJson(query.ids) })).map((row) => row.id)
}

const cancels = statement<{ ids: string }, { id: string }>(
  (_db, v, facts) => sql`
    select r.id from ${facts.eachText(sql`${v.ids}`)} as k join ${t.run} as r on r.id = k.value
    where r.status = 'running' and r.cancel_requested_at is not null`,
)

export type ExpiredRun = Pick<
  RunTable,
  | 'id'
  | 'owner'
  | 'agent_key'
  | 'attempt'
  | 'attempt_trace'
  | 'attempt_steps'
  | 'stalled_attempts'
  | 'cancel_requested_at'
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
    select id, owner, agent_key, attempt, attempt_trace, attempt_steps, stalled_attempts,
      cancel_requested_at from ${t.run}
    where status = 'running' and lease_expires_at < (select ${facts.now})
    order by lease_expires_at limit ${v.limit}`,
)

/** Whose a run is now, whatever its owner. */
export interface Held extends ExpiredRun {
  status: RunStatus
  worker_id: string | null
  lease_expires_at: number | null
  now: number
}

export async function findHeld(executor: Executor, query: { id: string }): Promise<Held | null> {
  return first(await held(executor, query))
}

const held = statement<{ id: string }, Held>(
  (_db, v, facts) => sql`
    select id, owner, agent_key, attempt, attempt_trace, attempt_steps, stalled_attempts,
      cancel_requested_at, status, worker_id, lease_expires_at, ${facts.now} as now
    from ${t.run} where id = ${v.id}`,
)

/** One expired run, if it still is: read again inside the transaction that recovers it, and not renewed meanwhile. */
export async function isExpired(
  executor: Executor,
  query: { id: string; attempt: number },
): Promise<boolean> {
  return (await stillExpired(executor, query)).length > 0
}

const stillExpired = statement<{ id: string; attempt: number }, { id: string }>(
  (_db, v, facts) => sql`
    select id from ${t.run} where id = ${v.id} and attempt = ${v.attempt}
      and status = 'running' and lease_expires_at < ${facts.now}
      ${facts.forUpdate}`,
)
