import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

export interface WorkerValues {
  id: string
  host: string
  pid: number
  concurrency: number
}

/** Shows that a worker lives. */
export async function beat(executor: Executor, values: WorkerValues): Promise<void> {
  await upsert(executor, values)
}

const upsert = statement<WorkerValues, never>(
  (_db, v, facts) => sql`
    insert into ${t.worker} (id, host, pid, concurrency, started_at, heartbeat_at)
    values (${v.id}, ${v.host}, ${v.pid}, ${v.concurrency}, ${facts.now}, ${facts.now})
    on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`,
)

/** Removes a worker that ends, and those not heard of for a day. */
export async function removeWorker(executor: Executor, values: { id: string }): Promise<void> {
  await remove(executor, values)
}

const dayMs = 86_400_000
const remove = statement<{ id: string }, never>(
  (_db, v, facts) => sql`
    delete from ${t.worker} where id = ${v.id} or heartbeat_at < ${facts.now} - ${dayMs}`,
)
