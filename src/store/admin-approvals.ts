import { sql, type RawBuilder } from 'kysely'
import type { Approval, ApprovalStatus } from '../core/approval.ts'
import { toApproval } from './approvals.ts'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { compile, execute, first, placeholders, statement } from './statement.ts'
import type { ApprovalTable } from './tables.ts'

/** Whatever their owner: for people in charge only. */
export interface ApprovalsQuery {
  /** Null for anybody's. */
  owner: string | null
  status: ApprovalStatus | null
  /** Those that come after it in the order of the list. */
  after: string
  /** No further than to this one; null for all. */
  upTo: string | null
  limit: number
}

/** Whether as many runs or more wait for a person. */
export async function manyWait(executor: Executor, query: { many: number }): Promise<boolean> {
  return (await waiting(executor, { skip: query.many - 1 })).length > 0
}

const isWaiting = sql`status = 'awaiting_approval' and status in ('pending', 'awaiting_approval')`

const waiting = statement<{ skip: number }, { id: string }>(
  (_db, v) => sql`select id from ${t.run} where ${isWaiting} order by id limit 1 offset ${v.skip}`,
)

/** Pending ones, by way of the runs that wait: what was never decided of ended runs is not come upon. */
export async function pendingOfRuns(
  executor: Executor,
  query: ApprovalsQuery,
): Promise<Approval[]> {
  return (await ask<ApprovalTable>(executor, query, ofRuns)).map(toApproval)
}

const ofRuns: List = (v, given) => sql`
  select a.* from (select id from ${t.run} where ${isWaiting}
    union all select id from ${t.run} where status = 'running') as r
  join ${t.approval} as a on a.run_id = r.id
  where a.status = 'pending' and a.id > ${v.after} and ${given} order by a.id limit ${v.limit}`

/** Pending ones, along the index of these. */
export async function pendingApprovals(
  executor: Executor,
  query: ApprovalsQuery,
): Promise<Approval[]> {
  return (await ask<ApprovalTable>(executor, query, pending)).map(toApproval)
}

const pending: List = (v, given) => sql`
  select a.* from ${t.approval} as a
  where a.status = 'pending' and a.id > ${v.after} and ${given}
    and exists (select 1 from ${t.run} as r where r.id = a.run_id and r.finished_at is null)
  order by a.id limit ${v.limit}`

/** Newest first. */
export async function newestApprovals(
  executor: Executor,
  query: ApprovalsQuery,
): Promise<Approval[]> {
  return (await ask<ApprovalTable>(executor, query, newest)).map(toApproval)
}

const newest: List = (v, given) => sql`
  select a.* from ${t.approval} as a where a.id < ${v.after} and ${given}
  order by a.id desc limit ${v.limit}`

/** The id of the approval that a list comes to after `skip` others, whatever their status; null when there is none. */
export async function approvalBound(
  executor: Executor,
  query: { pending: boolean; owner: string | null; after: string; skip: number },
): Promise<string | null> {
  const { owner, after, skip } = query
  const values = { owner, after, status: null, upTo: null, limit: skip }
  const list = query.pending ? pendingBound : newestBound
  return first(await ask<{ id: string }>(executor, values, list))?.id ?? null
}

const pendingBound: List = (v, given) => sql`
  select a.id from ${t.approval} as a where a.status = 'pending' and a.id > ${v.after} and ${given}
  order by a.id limit 1 offset ${v.limit}`

const newestBound: List = (v, given) => sql`
  select a.id from ${t.approval} as a where a.id < ${v.after} and ${given}
  order by a.id desc limit 1 offset ${v.limit}`

type List = (v: ApprovalsQuery, given: RawBuilder<unknown>) => RawBuilder<unknown>

/** A statement for each combination: one that asks whether a filter is given is planned without knowing. */
async function ask<R>(executor: Executor, query: ApprovalsQuery, list: List): Promise<R[]> {
  const isDown = list === newest
  const conditions = {
    owner: (v: ApprovalsQuery) => sql`a.owner = ${v.owner}`,
    status: (v: ApprovalsQuery) => sql`a.status = ${v.status}`,
    upTo: (v: ApprovalsQuery) => (isDown ? sql`a.id >= ${v.upTo}` : sql`a.id <= ${v.upTo}`),
  }
  const names = Object.keys(conditions) as (keyof typeof conditions)[]
  const asked = names.filter((name) => query[name] !== null)
  const compiled = compile(executor.compiler, list, asked.join(' '), () => {
    const v = placeholders<ApprovalsQuery>([])
    const given = asked.map((name) => conditions[name](v))
    return list(v, given.length === 0 ? sql`true` : sql.join(given, sql` and `))
  })
  return execute<R>(executor, compiled, query)
}

/** Whose an approval is; null when there is none. */
export async function ownerOfApproval(
  executor: Executor,
  query: { id: string },
): Promise<string | null> {
  return first(await owner(executor, query))?.owner ?? null
}

const owner = statement<{ id: string }, { owner: string }>(
  (_db, v) => sql`select owner from ${t.approval} where id = ${v.id}`,
)

/** Whatever their owner, the one asked first first. */
export async function approvalsById(
  executor: Executor,
  query: { ids: string[] },
): Promise<Approval[]> {
  return (await byIds(executor, { ids: toJson(query.ids) })).map(toApproval)
}

const byIds = statement<{ ids: string }, ApprovalTable>(
  (_db, v, facts) => sql`
    select a.* from ${facts.eachText(sql`${v.ids}`)} as k
    join ${t.approval} as a on a.id = k.value order by a.id`,
)
