import { sql, type RawBuilder } from 'kysely'
import type { TerminalStatus } from '../core/run.ts'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

/** Runs that ended alike, at or after `from` and before `before`. */
export interface EndedRuns {
  status: TerminalStatus
  /** What is left of them besides the row: `kept` of their table. */
  kept: number
  from: number
  before: number
}

/** An old run, with how much there is of it, counted up to a bound. */
export interface DueRun {
  id: string
  events: number
  steps: number
}

const ended = (v: EndedRuns) => sql`r.status = ${v.status} and r.kept = ${v.kept}
  and r.finished_at >= ${v.from} and r.finished_at < ${v.before}`

const upTo = (v: { most: number }, table: RawBuilder<unknown>) => sql`(select count(*) from
  (select 1 from ${table} as x where x.run_id = r.id limit ${v.most}) as counted)`

/** Some of them, those that ended first, which nobody else may change until the transaction ends. */
export async function takeDueRuns(
  executor: Executor,
  query: EndedRuns & { limit: number; most: number },
): Promise<DueRun[]> {
  return take(executor, query)
}

const take = statement<EndedRuns & { limit: number; most: number }, DueRun>(
  (_db, v, facts) => sql`
    select r.id, ${upTo(v, t.event)} as events, ${upTo(v, t.step)} as steps from ${t.run} as r
    where ${ended(v)} order by r.finished_at limit ${v.limit} ${facts.forUpdateSkipLocked}`,
)

export async function countDueRuns(executor: Executor, query: EndedRuns): Promise<number> {
  return Number(first(await count(executor, query))?.many ?? 0)
}

const count = statement<EndedRuns, { many: number }>(
  (_db, v) => sql`select count(*) as many from ${t.run} as r where ${ended(v)}`,
)

/** Some runs of sessions that are old and at rest, taken together with their sessions. */
export async function takeRunsOfSessions(
  executor: Executor,
  query: { ids: string[]; before: number; limit: number; most: number },
): Promise<DueRun[]> {
  return takeOfSessions(executor, { ...query, ids: toJson(query.ids) })
}

const takeOfSessions = statement<
  { ids: string; before: number; limit: number; most: number },
  DueRun
>(
  (_db, v, facts) => sql`
    select r.id, ${upTo(v, t.event)} as events, ${upTo(v, t.step)} as steps
    from ${facts.eachText(sql`${v.ids}`)} as k join ${t.session} as s on s.id = k.value
      join ${t.run} as r on r.session_id = s.id
    where s.updated_at < ${v.before} and not exists (select 1 from ${t.run} as u
      where u.session_id = s.id and u.finished_at is null)
    limit ${v.limit} ${facts.forUpdateSkipLocked}`,
)
