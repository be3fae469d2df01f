import { sql } from 'kysely'
import type { Overview } from '../core/admin.ts'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { RunTable } from './tables.ts'

/** What the overview counts of a run. */
export type CountedRun = Pick<
  RunTable,
  | 'id'
  | 'owner'
  | 'agent_key'
  | 'status'
  | 'requests'
  | 'input_tokens'
  | 'output_tokens'
  | 'total_tokens'
  | 'priced_requests'
  | 'cost'
  | 'created_at'
  | 'started_at'
  | 'finished_at'
>

export interface WindowQuery {
  /** Ids from this one on, and before that one. */
  from: string
  before: string
  limit: number
}

/** Some runs of a range of ids, newest first. */
export async function countedRuns(executor: Executor, query: WindowQuery): Promise<CountedRun[]> {
  return counted(executor, query)
}

const counted = statement<WindowQuery, CountedRun>(
  (_db, v) => sql`
    select id, owner, agent_key, status, requests, input_tokens, output_tokens, total_tokens,
      priced_requests, cost, created_at, started_at, finished_at
    from ${t.run} where id >= ${v.from} and id < ${v.before} order by id desc limit ${v.limit}`,
)

/** How many wait and run now, each of those who wait counted up to `most`. */
export async function queueNow(
  executor: Executor,
  query: { most: number },
): Promise<Overview['queue']> {
  const row = first(await queue(executor, query))
  if (row === null) throw new Error('a count answered no row')
  return {
    pending: Number(row.pending),
    awaitingApproval: Number(row.awaiting),
    running: Number(row.running),
    oldestPendingAt: row.created_at,
  }
}

/** As the index of leases has them. */
const isRunning = sql`status = 'running' and lease_expires_at > 0`

interface QueueRow {
  pending: number
  awaiting: number
  running: number
  created_at: number | null
}

const queue = statement<{ most: number }, QueueRow>((_db, v) => {
  // The index of those that wait serves who names its statuses as it does.
  const inStatus = (status: string) => sql`from ${t.run}
    where status = ${sql.lit(status)} and status in ('pending', 'awaiting_approval')`
  const waiting = (status: string) =>
    sql`(select count(*) from (select id ${inStatus(status)} limit ${v.most}) as w)`
  return sql`
    select ${waiting('pending')} as pending, ${waiting('awaiting_approval')} as awaiting,
      (select count(*) from ${t.run} where ${isRunning}) as running,
      (select created_at ${inStatus('pending')} order by id limit 1) as created_at`
})

/** Workers heard of in the last day, newest heartbeat first, with how many runs each executes. */
export async function workersNow(
  executor: Executor,
  query: { limit: number },
): Promise<Overview['workers']> {
  return (await workers(executor, query)).map((row) => ({
    id: row.id,
    host: row.host,
    pid: row.pid,
    concurrency: row.concurrency,
    running: Number(row.running),
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
  }))
}

const dayMs = 86_400_000

const workers = statement<
  { limit: number },
  Record<'id' | 'host', string> &
    Record<'pid' | 'concurrency' | 'running' | 'started_at' | 'heartbeat_at', number>
>(
  (_db, v, facts) => sql`
    select coalesce(r.running, 0) as running, w.* from ${t.worker} as w
    left join (select worker_id, count(*) as running from ${t.run}
      where ${isRunning} group by worker_id) as r on r.worker_id = w.id
    where w.heartbeat_at > ${facts.now} - ${sql.lit(dayMs)}
    order by w.heartbeat_at desc, w.id limit ${v.limit}`,
)
