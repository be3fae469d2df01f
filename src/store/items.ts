import { sql } from 'kysely'
import type { SessionItem } from '../core/session.ts'
import type { Executor } from './database.ts'
import { gate, part, selectRows, type Part } from './guarded.ts'
import { fromJson, toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

export interface StoredItem {
  position: number
  item: SessionItem
}

/** Appends items that no run produced. */
export async function addItems(
  executor: Executor,
  { sessionId, items }: { sessionId: string; items: SessionItem[] },
): Promise<void> {
  for (let start = 0; start < items.length; start += mostItems) {
    const some = items.slice(start, start + mostItems)
    await extend(executor, { sessionId, count: some.length }, insert(itemRows(null, some)))
  }
}

/** Of one statement: Postgres takes 65,535 parameters. */
const mostItems = 1_000

const extend = gate<{ sessionId: string; count: number }, object>(
  (v, facts) => sql`
    update ${t.session} set last_position = last_position + ${v.count}, updated_at = ${facts.now}
    where id = ${v.sessionId} returning id as session_id, last_position - ${v.count} as item_base`,
)

/** Column `item_base` for the RETURNING of a gate on a run: the session's last position before its items. */
export const itemBase = sql`(select s.last_position from ${t.session} as s
  where s.id = ${t.run}.session_id) as item_base`

/** The items of a run, written behind a gate that answers `session_id` and `item_base`. */
export function itemParts(runId: string, items: SessionItem[]): Part[] {
  if (items.length === 0) return []
  return [...insert(itemRows(runId, items)), ...lengthen([{ count: items.length }])]
}

interface ItemRow {
  runId: string | null
  offset: number
  payload: string
}

function itemRows(runId: string | null, items: SessionItem[]): ItemRow[] {
  return items.map((item, index) => ({ runId, offset: index + 1, payload: toJson(item) }))
}

const insert = part<ItemRow>(
  'item',
  (gate, rows, facts) => sql`
    insert into ${t.item} (session_id, position, run_id, payload, created_at) ${selectRows(
      gate,
      rows.map(
        (
          v,
        ) => sql`${gate.column('session_id')}, ${gate.column('item_base')} + cast(${v.offset} as integer),
          cast(${v.runId} as text), ${v.payload}, ${facts.now}`,
      ),
    )}`,
)

const lengthen = part<{ count: number }>('length', (gate, [v], facts) => {
  if (v === undefined) throw new Error('a session is lengthened by one count')
  return sql`
    update ${t.session} set last_position = last_position + ${v.count}, updated_at = ${facts.now}
    where id = ${gate.value('session_id')}`
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
