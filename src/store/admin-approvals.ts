import { sql, type RawBuilder } from 'kysely'
import type { Approval, ApprovalStatus } from '../core/approval.ts'
import { toApproval } from './approvals.ts'
import type { DatabaseFacts, Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { compile, execute, first, placeholders, statement } from './statement.ts'
import type { ApprovalTable } from './tables.ts'

/** Whatever their owner: for people in charge only. */
export interface ApprovalsQuery {
  /** Null for anybody's. */
  owner: string | null
  /** Of decided ones; null for any. */
  status: Exclude<ApprovalStatus, 'pending'> | null
  /** Those that come after it in the order of the list. */
  after: string
  /** No further than to this one; null for all. */
  upTo: string | null
  limit: number
}

/**
 * Runs that wait for a person, those under way, which may have asked already, and those that were given back in the
 * middle: of each some.
 */
export async function askingRuns(
  executor: Executor,
  query: { limit: number },
): Promise<{ waiting: string[]; running: string[]; givenBack: string[] }> {
  const waiting = (await waitingRuns(executor, query)).map(({ id }) => id)
  const running = (await runningRuns(executor, query)).map(({ id }) => id)
  const givenBack = (await givenBackRuns(executor, query)).map(({ id }) => id)
  return { waiting, running, givenBack }
}

// An index of some statuses serves who names them as it does.
const waitingRuns = statement<{ limit: number }, { id: string }>(
  (_db, v) => sql`
    select id from ${t.run}
    where status = 'awaiting_approval' and status in ('pending', 'awaiting_approval')
    order by id limit ${v.limit}`,
)
const runningRuns = statement<{ limit: number }, { id: string }>(
  (_db, v) => sql`
    select id from ${t.run} where status = 'running' and lease_expires_at > 0 limit ${v.limit}`,
)
// They are older than nearly all that have never begun: of a long queue the first ones are looked at.
const givenBackRuns = statement<{ limit: number }, { id: string }>(
  (_db, v) => sql`
    select id from (select id, attempt from ${t.run}
      where status = 'pending' and status in ('pending', 'awaiting_approval')
      order by id limit ${v.limit}) as r
    where attempt > 0`,
)

/** Pending ones of these runs: what was never decided of ended runs is not come upon. */
export async function pendingOfRuns(
  executor: Executor,
  query: ApprovalsQuery & { runs: string[] },
): Promise<Approval[]> {
  const asked = { ...query, runs: toJson(query.runs) }
  return (await ask<ApprovalTable>(executor, asked, ofRuns)).map(toApproval)
}

// Sorted at the end: planners would rather read all that are pending in the order of the result.
const ofRuns: List = (v, given, { eachText }) => sql`
  select * from (select a.* from ${eachText(sql`${v.runs}`)} as k
    join ${t.approval} as a on a.run_id = k.value
    where a.status = 'pending' limit ${sql.lit(mostSorted)}) as a
  where a.id > ${v.after} and ${given} order by a.id limit ${v.limit}`

const mostSorted = 100_000

/** Pending ones, along the index of these. */
export async function pendingApprovals(
  executor: Executor,
  query: ApprovalsQuery,
): Promise<Approval[]> {
  return (await ask<ApprovalTable>(executor, query, pending)).map(toApproval)
}

// The run is asked for one by one: as EXISTS it is joined, which may read an index through.
const pending: List = (v, given) => sql`
  select a.* from ${t.approval} as a
  where a.status = 'pending' and a.id > ${v.after} and ${given}
    and (select r.id from ${t.run} as r where r.id = a.run_id and r.finished_at is null) is not null
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

/** The id of the approval that is so many after another, pending ones or all; null when there is none. */
export async function approvalBound(
  executor: Executor,
  query: { isPending: boolean; after: string; skip: number },
): Promise<string | null> {
  const list = query.isPending ? pendingBound : newestBound
  return first(await list(executor, query))?.id ?? null
}

interface BoundQuery {
  after: string
  skip: number
}

const pendingBound = statement<BoundQuery, { id: string }>(
  (_db, v) => sql`
    select id from ${t.approval} where status = 'pending' and id > ${v.after}
    order by id limit 1 offset ${v.skip}`,
)
const newestBound = statement<BoundQuery, { id: string }>(
  (_db, v) => sql`
    select id from ${t.approval} where id < ${v.after} order by id desc limit 1 offset ${v.skip}`,
)

type Asked = ApprovalsQuery & { runs?: string }
type List = (v: Asked, given: RawBuilder<unknown>, facts: DatabaseFacts) => RawBuilder<unknown>

/** A statement for each combination: one that asks whether a filter is given is planned without knowing. */
async function ask<R>(executor: Executor, query: Asked, list: List): Promise<R[]> {
  const isDown = list === newest
  const conditions = {
    owner: (v: ApprovalsQuery) => sql`a.owner = ${v.owner}`,
    // The index of decided ones serves who says that they are.
    status: (v: ApprovalsQuery) => sql`a.status = ${v.status} and a.status <> 'pending'`,
    upTo: (v: ApprovalsQuery) => (isDown ? sql`a.id >= ${v.upTo}` : sql`a.id <= ${v.upTo}`),
  }
  const names = Object.keys(conditions) as (keyof typeof conditions)[]
  const asked = names.filter((name) => query[name] !== null)
  const compiled = compile(executor.compiler, list, asked.join(' '), ({ facts }) => {
    const v = placeholders<Asked>([])
    const given = asked.map((name) => conditions[name](v))
    return list(v, given.length === 0 ? sql`true` : sql.join(given, sql` and `), facts)
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
