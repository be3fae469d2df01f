import { sql } from 'kysely'
import type { JsonValue } from '../core/run.ts'
import type { Session } from '../core/session.ts'
import type { Executor } from './database.ts'
import { fromJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { SessionTable } from './tables.ts'

export interface OpenedSession {
  id: string
  /** Whether it did not exist before. */
  created: boolean
  newestRun: string | null
}

/** The session's row id, made when it does not exist. */
export async function openSession(
  executor: Executor,
  values: { id: string; owner: string; key: string },
): Promise<OpenedSession> {
  const row = first(await upsert(executor, values))
  if (row === null) throw new Error('upsert of a session returned no row')
  return { id: row.id, created: row.id === values.id, newestRun: row.newest_run }
}

const upsert = statement<
  { id: string; owner: string; key: string },
  { id: string; newest_run: string | null }
>(
  (_db, v, facts) => sql`
    insert into ${t.session} (id, owner, session_key, metadata, created_at, updated_at)
    values (${v.id}, ${v.owner}, ${v.key}, '{}', ${facts.now}, ${facts.now})
    on conflict (owner, session_key) do update set updated_at = excluded.updated_at
    returning id, (select max(r.id) from ${t.run} as r
      where r.session_id = ${t.session}.id) as newest_run`,
)

export async function findSession(
  executor: Executor,
  values: { owner: string; key: string },
): Promise<SessionRow | null> {
  const row = first(await byKey(executor, values))
  return row === null ? null : { session: toSession(row), lastPosition: row.last_position }
}

export interface SessionRow {
  session: Session
  lastPosition: number
}

const byKey = statement<{ owner: string; key: string }, SessionTable>(
  (_db, v) => sql`select * from ${t.session} where owner = ${v.owner} and session_key = ${v.key}`,
)

/** Most recently used first; `before` continues after the last one of a page. */
export async function listSessions(
  executor: Executor,
  query: { owner: string; limit: number; before?: { updatedAt: number; id: string } },
): Promise<Session[]> {
  const { updatedAt, id } = query.before ?? { updatedAt: Number.MAX_SAFE_INTEGER, id: '' }
  const rows = await recent(executor, { owner: query.owner, limit: query.limit, updatedAt, id })
  return rows.map(toSession)
}

const recent = statement<
  { owner: string; limit: number; updatedAt: number; id: string },
  SessionTable
>(
  (_db, v) => sql`
    select * from ${t.session}
    where owner = ${v.owner} and (updated_at, id) < (${v.updatedAt}, ${v.id})
    order by updated_at desc, id desc limit ${v.limit}`,
)

/** Whether a run of the session has not ended. */
export async function hasUnfinishedRun(
  executor: Executor,
  values: { sessionId: string },
): Promise<boolean> {
  return (await unfinished(executor, values)).length > 0
}

const unfinished = statement<{ sessionId: string }, { id: string }>(
  (_db, v) => sql`
    select id from ${t.run} where session_id = ${v.sessionId} and finished_at is null limit 1`,
)

/** Deletes the session with its items, runs and everything of theirs. */
export async function deleteSession(
  executor: Executor,
  values: { sessionId: string },
): Promise<void> {
  for (const remove of deletions) await remove(executor, values)
}

const runsOf = (sessionId: string) => sql`(select id from ${t.run} where session_id = ${sessionId})`

const deletions = [
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.event} where run_id in ${runsOf(v.sessionId)}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.step} where run_id in ${runsOf(v.sessionId)}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.approval} where run_id in ${runsOf(v.sessionId)}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.runInput} where run_id in ${runsOf(v.sessionId)}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.run} where session_id = ${v.sessionId}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.item} where session_id = ${v.sessionId}`,
  ),
  statement<{ sessionId: string }, never>(
    (_db, v) => sql`delete from ${t.session} where id = ${v.sessionId}`,
  ),
]

export function toSession(row: SessionTable): Session {
  return {
    id: row.id,
    owner: row.owner,
    key: row.session_key,
    metadata: fromJson<{ [key: string]: JsonValue }>(row.metadata),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
