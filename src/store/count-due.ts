import { sql, type RawBuilder } from 'kysely'
import type { TerminalStatus } from '../core/run.ts'
import type { Executor } from './database.ts'
import type { EndedRuns } from './due-runs.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

/** How much there is of an old run. */
export interface RunSize {
  id: string
  finished_at: number
  events: number
  steps: number
  approvals: number
  /** 1 when its session goes, and it with it. */
  goes_with_session: number
}

const ofRun = (table: RawBuilder<unknown>) =>
  sql`(select count(*) from ${table} as x where x.run_id = r.id)`

const isBusy = sql`exists (select 1 from ${t.run} as u
  where u.session_id = s.id and u.finished_at is null)`

interface SizesQuery extends EndedRuns {
  after: { finishedAt: number; id: string }
  /** Sessions at rest that were used before then go with all their runs. */
  sessionsBefore: number
  limit: number
}

/** A page of runs that ended alike, those that ended first. */
export async function endedRunSizes(executor: Executor, query: SizesQuery): Promise<RunSize[]> {
  const { after, ...rest } = query
  return sizes(executor, { ...rest, finishedAt: after.finishedAt, id: after.id })
}

const sizes = statement<
  EndedRuns & { finishedAt: number; id: string; sessionsBefore: number; limit: number },
  RunSize
>(
  (_db, v) => sql`
    select r.id, r.finished_at, ${ofRun(t.event)} as events, ${ofRun(t.step)} as steps,
      ${ofRun(t.approval)} as approvals,
      case when exists (select 1 from ${t.session} as s where s.id = r.session_id
        and s.updated_at < ${v.sessionsBefore} and not ${isBusy}) then 1 else 0 end
        as goes_with_session
    from ${t.run} as r
    where r.status = ${v.status} and r.kept = ${v.kept} and r.finished_at >= ${v.from}
      and r.finished_at < ${v.before} and (r.finished_at, r.id) > (${v.finishedAt}, ${v.id})
    order by r.finished_at, r.id limit ${v.limit}`,
)

/** An old session with how much there is of it, without the runs that go anyhow. */
export interface SessionSize {
  id: string
  updated_at: number
  is_busy: number
  items: number
  runs: number
  events: number
  steps: number
  approvals: number
}

interface SessionsQuery {
  before: number
  after: { updatedAt: number; id: string }
  /** Runs that ended so before then go anyhow. */
  runsStatuses: readonly TerminalStatus[]
  runsBefore: number
  limit: number
}

/** A page of sessions, those used least recently first. */
export async function oldSessionSizes(
  executor: Executor,
  query: SessionsQuery,
): Promise<SessionSize[]> {
  const { after, runsStatuses, ...rest } = query
  return sessionSizes(executor, { ...rest, ...after, statuses: toJson(runsStatuses) })
}

const sessionSizes = statement<
  {
    before: number
    updatedAt: number
    id: string
    statuses: string
    runsBefore: number
    limit: number
  },
  SessionSize
>((_db, v, facts) => {
  const stays = sql`not (coalesce(r.finished_at, ${v.runsBefore}) < ${v.runsBefore}
    and r.status in (select k.value from ${facts.eachText(sql`${v.statuses}`)} as k))`
  const ofRuns = (table: RawBuilder<unknown>) => sql`(select count(*) from ${t.run} as r
    join ${table} as x on x.run_id = r.id where r.session_id = s.id and ${stays})`
  return sql`
    select s.id, s.updated_at, case when ${isBusy} then 1 else 0 end as is_busy,
      (select count(*) from ${t.item} as i where i.session_id = s.id) as items,
      (select count(*) from ${t.run} as r where r.session_id = s.id and ${stays}) as runs,
      ${ofRuns(t.event)} as events, ${ofRuns(t.step)} as steps, ${ofRuns(t.approval)} as approvals
    from (select id, updated_at from ${t.session}
      where updated_at < ${v.before} and (updated_at, id) > (${v.updatedAt}, ${v.id})
        and owner <> ''
      order by updated_at, id limit ${v.limit}) as s order by s.updated_at, s.id`
})

/** What an interrupted cleanup has left of sessions. */
export async function countHidden(
  executor: Executor,
): Promise<{ sessions: number; items: number }> {
  return first(await hidden(executor, {})) ?? { sessions: 0, items: 0 }
}

const hidden = statement<object, { sessions: number; items: number }>(
  () => sql`
    select (select count(*) from ${t.session} where owner = '') as sessions,
      (select count(*) from ${t.session} as s join ${t.item} as i on i.session_id = s.id
        where s.owner = '') as items`,
)
