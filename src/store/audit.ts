import { sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import type { AuditEntry } from '../core/admin.ts'
import type { Executor } from './database.ts'
import { fromJson, toJson } from './json.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'
import type { AuditTable } from './tables.ts'

/** Notes who did what, in the transaction of what was done. */
export async function addAudit(
  executor: Executor,
  entry: Omit<AuditEntry, 'id' | 'at'>,
): Promise<void> {
  await insert(executor, { ...entry, id: uuidv7(), details: toJson(entry.details) })
}

const insert = statement<Omit<AuditEntry, 'at' | 'details'> & { details: string }, never>(
  (_db, v, facts) => sql`
    insert into ${t.audit} (id, at, actor, action, target, target_id, owner, details)
    values (${v.id}, ${facts.now}, ${v.actor}, ${v.action}, ${v.target}, ${v.targetId}, ${v.owner},
      ${v.details})`,
)

export interface AuditQuery {
  /** Null for all. */
  targetId: string | null
  /** Only entries with a smaller id. */
  before: string
  limit: number
}

/** Newest first. */
export async function listAudit(executor: Executor, query: AuditQuery): Promise<AuditEntry[]> {
  const list = query.targetId === null ? ofAll : ofOne
  return (await list(executor, query)).map(toEntry)
}

const ofAll = statement<AuditQuery, AuditTable>(
  (_db, v) => sql`
    select * from ${t.audit} where id < ${v.before} order by id desc limit ${v.limit}`,
)
const ofOne = statement<AuditQuery, AuditTable>(
  (_db, v) => sql`
    select * from ${t.audit} where target_id = ${v.targetId} and id < ${v.before}
    order by id desc limit ${v.limit}`,
)

/** Of a run and of its approvals, newest first. */
export async function auditOfRun(
  executor: Executor,
  query: { runId: string; limit: number },
): Promise<AuditEntry[]> {
  return (await ofRun(executor, query)).map(toEntry)
}

/** A limit keeps planners from reading all there are in the order of the result. */
const mostOfOne = 10_000

// Ids as a parameter would do as well, but of these Postgres expects a hundred, and reads the table rather than its index.
const ofRun = statement<{ runId: string; limit: number }, AuditTable>(
  (_db, v) => sql`
    select * from (select a.* from (
        select ${v.runId} as id union all select p.id from ${t.approval} as p where p.run_id = ${v.runId}) as k
      join ${t.audit} as a on a.target_id = k.id limit ${sql.lit(mostOfOne)}) as a
    order by a.id desc limit ${v.limit}`,
)

function toEntry(row: AuditTable): AuditEntry {
  const { target_id: targetId, details, ...facts } = row
  return { ...facts, targetId, details: fromJson<AuditEntry['details']>(details) }
}
