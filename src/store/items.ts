import { sql } from 'kysely'
import type { SessionItem } from '../core/session.ts'
import type { Executor } from './database.ts'
import { fromJson, toJson } from './json.ts'
import { t } from './names.ts'
import { first, listStatement, statement } from './statement.ts'
import { extendSession } from './sessions.ts'

export interface StoredItem {
  position: number
  item: SessionItem
}

/** Appends items to a session in order. */
export async function appendItems(
  executor: Executor,
  values: { sessionId: string; runId: string | null; items: SessionItem[] },
): Promise<void> {
  const { sessionId, runId, items } = values
  if (items.length === 0) return
  const last = await extendSession(executor, { sessionId, count: items.length })
  // A statement takes a bounded number of parameters.
  for (let start = 0; start < items.length; start += 100) {
    const rows = items.slice(start, start + 100).map((item, index) => ({
      sessionId,
      runId,
      position: last + start + index + 1,
      payload: toJson(item),
    }))
    await insert(executor, rows)
  }
}

interface ItemValues {
  sessionId: string
  runId: string | null
  position: number
  payload: string
}

const insert = listStatement<ItemValues, never>((_db, rows, facts) => {
  const values = rows.map(
    (v) => sql`(${v.sessionId}, ${v.position}, ${v.runId}, ${v.payload}, ${facts.now})`,
  )
  return sql`insert into ${t.item} (session_id, position, run_id, payload, created_at)
    values ${sql.join(values)}`
})

/** The newest `limit` items up to position `upTo`, in order. */
export async function readItems(
  executor: Executor,
  query: { sessionId: string; upTo: number; limit: number },
): Promise<StoredItem[]> {
  const rows = await newest(executor, query)
  return rows.reverse().map((row) => ({ position: row.position, item: fromJson(row.payload) }))
}

const newest = statement<
  { sessionId: string; upTo: number; limit: number },
  { position: number; payload: string }
>(
  (_db, v) => sql`
    select position, payload from ${t.item}
    where session_id = ${v.sessionId} and position <= ${v.upTo}
    order by position desc limit ${v.limit}`,
)

/** Removes the newest item and answers it; null when there is none. */
export async function popItem(
  executor: Executor,
  values: { sessionId: string },
): Promise<SessionItem | null> {
  const row = first(await pop(executor, values))
  return row === null ? null : fromJson(row.payload)
}

const pop = statement<{ sessionId: string }, { payload: string }>(
  (_db, v) => sql`
    delete from ${t.item}
    where session_id = ${v.sessionId}
      and position = (select max(position) from ${t.item} where session_id = ${v.sessionId})
    returning payload`,
)

/** Deletes all items of a session; later ones get higher positions all the same. */
export async function clearItems(executor: Executor, values: { sessionId: string }): Promise<void> {
  await clear(executor, values)
}

const clear = statement<{ sessionId: string }, never>(
  (_db, v) => sql`delete from ${t.item} where session_id = ${v.sessionId}`,
)
