import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

/** A session that nobody has used for long. */
export interface OldSession {
  id: string
  updatedAt: number
  hasItems: boolean
  hasRuns: boolean
  isBusy: boolean
}

export interface SessionsBefore {
  before: number
  /** After which one to go on. */
  after: { updatedAt: number; id: string }
  limit: number
}

interface Flags {
  id: string
  updated_at: number
  has_items: number
  has_runs: number
  is_busy: number
}

/** A page of them; those used least recently first. */
export async function oldSessions(
  executor: Executor,
  query: SessionsBefore,
): Promise<OldSession[]> {
  const { before, after, limit } = query
  const rows = await page(executor, { before, limit, ...after })
  return rows.map((row) => ({
    id: row.id,
    updatedAt: row.updated_at,
    hasItems: row.has_items === 1,
    hasRuns: row.has_runs === 1,
    isBusy: row.is_busy === 1,
  }))
}

type PageValues = { before: number; limit: number; updatedAt: number; id: string }

const exists = (question: ReturnType<typeof sql>) =>
  sql`case when exists (${question}) then 1 else 0 end`
const runsOf = sql`select 1 from ${t.run} as r where r.session_id = s.id`

const page = statement<PageValues, Flags>(
  (_db, v) => sql`
    select s.id, s.updated_at,
      ${exists(sql`select 1 from ${t.item} as i where i.session_id = s.id`)} as has_items,
      ${exists(runsOf)} as has_runs,
      ${exists(sql`${runsOf} and r.finished_at is null`)} as is_busy
    from (select id, updated_at from ${t.session}
      where updated_at < ${v.before} and (updated_at, id) > (${v.updatedAt}, ${v.id})
        and owner <> ''
      order by updated_at, id limit ${v.limit}) as s order by s.updated_at, s.id`,
)

/** Of these sessions those that are still old and have no runs, taken until the transaction ends; with their items counted up to a bound. */
export async function takeRunless(
  executor: Executor,
  query: { ids: string[]; before: number; most: number },
): Promise<{ id: string; items: number }[]> {
  return take(executor, { ...query, ids: toJson(query.ids) })
}

const take = statement<
  { ids: string; before: number; most: number },
  { id: string; items: number }
>(
  (_db, v, facts) => sql`
    select s.id, (select count(*) from (select 1 from ${t.item} as i
      where i.session_id = s.id limit ${v.most}) as counted) as items
    from ${facts.eachText(sql`${v.ids}`)} as k join ${t.session} as s on s.id = k.value
    where s.updated_at < ${v.before} and s.owner <> '' and not exists (${runsOf})
    ${facts.forUpdateSkipLocked}`,
)

/** Takes a session from its owner: nobody sees it any more, and its key is free. */
export async function hideSession(executor: Executor, query: { id: string }): Promise<void> {
  await hide(executor, query)
}

// Nobody is an owner without a name.
const hide = statement<{ id: string }, never>(
  (_db, v) => sql`update ${t.session} set owner = '', session_key = id where id = ${v.id}`,
)

/** A session that was hidden and is not deleted yet, and that nobody else is at; null when there is none. */
export async function takeHidden(executor: Executor): Promise<string | null> {
  return first(await taken(executor, {}))?.id ?? null
}

const taken = statement<object, { id: string }>(
  (_db, _v, facts) => sql`
    select id from ${t.session} where owner = '' limit 1 ${facts.forUpdateSkipLocked}`,
)

/** Deletes some items of a session, the oldest first; answers how many. */
export async function deleteSomeItems(
  executor: Executor,
  query: { id: string; limit: number },
): Promise<number> {
  return (await someItems(executor, query)).length
}

const someItems = statement<{ id: string; limit: number }, { position: number }>(
  (_db, v) => sql`
    delete from ${t.item} where session_id = ${v.id} and position in
      (select position from ${t.item} where session_id = ${v.id} order by position limit ${v.limit})
    returning position`,
)

/** Deletes sessions that have no runs with their items; answers how many rows. */
export async function deleteSessions(
  executor: Executor,
  query: { ids: string[] },
): Promise<{ sessions: number; items: number }> {
  const ids = { ids: toJson(query.ids) }
  const items = (await itemsOf(executor, ids)).length
  return { sessions: (await themselves(executor, ids)).length, items }
}

const itemsOf = statement<{ ids: string }, object>(
  (_db, v, facts) => sql`
    delete from ${t.item} where session_id in
      (select k.value from ${facts.eachText(sql`${v.ids}`)} as k) returning position`,
)
const themselves = statement<{ ids: string }, object>(
  (_db, v, facts) => sql`
    delete from ${t.session} where id in
      (select k.value from ${facts.eachText(sql`${v.ids}`)} as k) returning id`,
)

export async function countOldSessions(
  executor: Executor,
  query: { before: number },
): Promise<number> {
  return Number(first(await count(executor, query))?.many ?? 0)
}

const count = statement<{ before: number }, { many: number }>(
  (_db, v) => sql`select count(*) as many from ${t.session} where updated_at < ${v.before}`,
)
