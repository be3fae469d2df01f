import { sql, type RawBuilder } from 'kysely'
import type { Run, RunState, RunStatus } from '../core/run.ts'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import {
  runColumns,
  runStateColumns,
  toRun,
  toRunState,
  type RunRow,
  type RunStateRow,
} from './run-rows.ts'
import { first, statement } from './statement.ts'

const runAndInput = sql`${t.run} as r join ${t.runInput} as i on i.run_id = r.id`

/** A run of this owner; null for an unknown id and for someone else's alike. */
export async function findRun(
  executor: Executor,
  query: { id: string; owner: string },
): Promise<Run | null> {
  const row = first(await byOwnerAndId(executor, query))
  return row === null ? null : toRun(row)
}

const byOwnerAndId = statement<{ id: string; owner: string }, RunRow>(
  (_db, v) =>
    sql`select ${runColumns} from ${runAndInput} where r.id = ${v.id} and r.owner = ${v.owner}`,
)

/** Much cheaper than the run, for who asks again and again. */
export async function findRunState(
  executor: Executor,
  query: { id: string; owner: string },
): Promise<RunState | null> {
  const row = first(await stateByOwnerAndId(executor, query))
  return row === null ? null : toRunState(row)
}

const stateByOwnerAndId = statement<{ id: string; owner: string }, RunStateRow>(
  (_db, v) => sql`
    select ${runStateColumns} from ${t.run} as r where r.id = ${v.id} and r.owner = ${v.owner}`,
)

/** A run whatever its owner: for workers and listeners, never for a web request. */
export async function loadRun(executor: Executor, query: { id: string }): Promise<Run | null> {
  const row = first(await byId(executor, query))
  return row === null ? null : toRun(row)
}

const byId = statement<{ id: string }, RunRow>(
  (_db, v) => sql`select ${runColumns} from ${runAndInput} where r.id = ${v.id}`,
)

export async function findRunByIdempotencyKey(
  executor: Executor,
  query: { owner: string; idempotencyKey: string },
): Promise<Run | null> {
  const row = first(await byIdempotencyKey(executor, query))
  return row === null ? null : toRun(row)
}

const byIdempotencyKey = statement<{ owner: string; idempotencyKey: string }, RunRow>(
  (_db, v) => sql`
    select ${runColumns} from ${runAndInput}
    where r.owner = ${v.owner} and r.idempotency_key = ${v.idempotencyKey}`,
)

export interface ListQuery {
  owner: string
  /** Row id of a session, or null for all. */
  sessionId: string | null
  status: RunStatus | null
  /** Only runs with a smaller id. */
  before: string
  limit: number
}

/** Newest first. */
export async function listRuns(executor: Executor, query: ListQuery): Promise<Run[]> {
  const pages = query.status === null ? inAnyStatus : inOneStatus
  const page = query.sessionId === null ? pages.ofOwner : pages.ofSession
  return (await page(executor, query)).map(toRun)
}

/** A statement for each combination: one that asks whether a filter is given is planned without knowing. */
const pagesWhere = (inStatus: (v: ListQuery) => RawBuilder<unknown>) => ({
  ofOwner: statement<ListQuery, RunRow>((_db, v) => page(v, inStatus(v))),
  ofSession: statement<ListQuery, RunRow>((_db, v) =>
    page(v, sql`session_id = ${v.sessionId} and ${inStatus(v)}`),
  ),
})
const inAnyStatus = pagesWhere(() => sql`true`)
const inOneStatus = pagesWhere((v) => sql`status = ${v.status}`)

/** First the page, then what belongs to its runs: otherwise a planner may join what is not on it. */
const page = (v: ListQuery, condition: RawBuilder<unknown>) => sql<RunRow>`
  select ${runColumns} from (select * from ${t.run}
    where owner = ${v.owner} and id < ${v.before} and ${condition}
    order by id desc limit ${v.limit}) as r
  join ${t.runInput} as i on i.run_id = r.id order by r.id desc`

/** The unfinished runs of a session, the first of them first. */
export async function unfinishedRuns(
  executor: Executor,
  query: { sessionId: string },
): Promise<Run[]> {
  return (await unfinished(executor, query)).map(toRun)
}

const unfinished = statement<{ sessionId: string }, RunRow>(
  (_db, v) => sql`
    select ${runColumns} from ${runAndInput}
    where r.session_id = ${v.sessionId} and r.finished_at is null order by r.id limit 100`,
)
