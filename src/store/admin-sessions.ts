import { sql, type RawBuilder } from 'kysely'
import type { Session } from '../core/session.ts'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { toSession, type SessionRow } from './sessions.ts'
import { first, statement } from './statement.ts'
import type { SessionTable } from './tables.ts'

interface KeyQuery {
  key: string
  /** Null for anybody's. */
  owner: string | null
  limit: number
}

/** Row ids of the sessions with a key, of one owner or of any. */
export async function sessionIds(executor: Executor, query: KeyQuery): Promise<string[]> {
  const rows = query.owner === null ? ofAnybody(executor, query) : ofOwner(executor, query)
  return (await rows).map(({ id }) => id)
}

const ofAnybody = statement<KeyQuery, { id: string }>(
  (_db, v) => sql`
    select id from ${t.session} where session_key = ${v.key} order by owner limit ${v.limit}`,
)
const ofOwner = statement<KeyQuery, { id: string }>(
  (_db, v) => sql`
    select id from ${t.session} where session_key = ${v.key} and owner = ${v.owner}
    limit ${v.limit}`,
)

/** A session whatever its owner. */
export async function loadSession(
  executor: Executor,
  query: { id: string },
): Promise<SessionRow | null> {
  const row = first(await byId(executor, query))
  return row === null ? null : { session: toSession(row), lastPosition: row.last_position }
}

const byId = statement<{ id: string }, SessionTable>(
  (_db, v) => sql`select * from ${t.session} where id = ${v.id} and owner <> ''`,
)

interface Before {
  updatedAt: number
  id: string
}

/** Whatever their owner, most recently used first. */
export async function recentSessions(
  executor: Executor,
  query: Before & { limit: number },
): Promise<Session[]> {
  return (await recent(executor, query)).map(toSession)
}

const recent = statement<Before & { limit: number }, SessionTable>(
  (_db, v) => sql`
    select * from ${t.session}
    where (updated_at, id) < (${v.updatedAt}, ${v.id}) and owner <> ''
    order by updated_at desc, id desc limit ${v.limit}`,
)

export interface NamedQuery extends Before {
  /** The beginning of a key or id, or an owner. */
  text: string
  /** What sorts after all that begins with it. */
  end: string
  owner: string | null
  /** How many with such a key are sorted, and with such an id. */
  most: number
  limit: number
}

/** Those that a text names, most recently used first: of very many some. */
export async function namedSessions(executor: Executor, query: NamedQuery): Promise<Session[]> {
  const list = query.owner === null ? namedOfAnybody : namedOfOwner
  return (await list(executor, query)).map(toSession)
}

const named = (v: NamedQuery, isOwner: RawBuilder<unknown>) => {
  const isBefore = sql`(s.updated_at, s.id) < (${v.updatedAt}, ${v.id})`
  const some = (table: string, condition: RawBuilder<unknown>) =>
    sql`select id from (select s.id from ${t.session} as s where ${condition}) as ${sql.id(table)}`
  return sql<SessionTable>`
    select s.* from (
      ${some(
        'a',
        sql`s.session_key >= ${v.text} and s.session_key < ${v.end} and ${isOwner}
        order by s.session_key limit ${v.most}`,
      )}
      union ${some(
        'b',
        sql`s.id >= ${v.text} and s.id < ${v.end} and ${isOwner}
        order by s.id desc limit ${v.most}`,
      )}
      union ${some(
        'c',
        sql`s.owner = ${v.text} and ${isBefore} and ${isOwner}
        order by s.updated_at desc, s.id desc limit ${v.limit}`,
      )}) as k
    join ${t.session} as s on s.id = k.id where ${isBefore} and s.owner <> ''
    order by s.updated_at desc, s.id desc limit ${v.limit}`
}
const namedOfAnybody = statement<NamedQuery, SessionTable>((_db, v) => named(v, sql`true`))
const namedOfOwner = statement<NamedQuery, SessionTable>((_db, v) =>
  named(v, sql`s.owner = ${v.owner}`),
)
