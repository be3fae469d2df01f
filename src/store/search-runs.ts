import { sql, type RawBuilder } from 'kysely'
import type { DatabaseFacts, Executor } from './database.ts'
import { t } from './names.ts'
import { compile, execute, first, placeholders, statement } from './statement.ts'

export interface SearchValues {
  /** Ids from this one on, and before that one. */
  from: string
  before: string
  owner: string | null
  status: string | null
  session: string | null
  sessionId: string | null
  agent: string | null
  since: number | null
  until: number | null
  /** The beginning of an error, with its length in characters as databases count them. */
  error: string | null
  errorLength: number
  /** What of it is indexed, and what sorts after all that begins with that. */
  errorHead: string | null
  errorEnd: string | null
}

interface Facts {
  where: Part
  is: readonly Condition[]
  sorted?: boolean
}

type Part = (v: SearchValues, facts: DatabaseFacts) => RawBuilder<unknown>

/** How many characters of an error its index has. */
export const indexedError = 64

const errorIndex: Part = (v, { byBytes }) => {
  const head = sql`substr(r.error, 1, 64) ${byBytes}`
  return sql`r.error is not null and ${head} >= ${v.errorHead} and ${head} < ${v.errorEnd}`
}

/** What is asked of each row that a source comes to. */
const conditions = {
  owner: (v) => sql`r.owner = ${v.owner}`,
  status: (v) => sql`r.status = ${v.status}`,
  session: (v) => sql`r.session_key = ${v.session}`,
  agent: (v) => sql`r.agent_key = ${v.agent}`,
  since: (v) => sql`r.created_at >= ${v.since}`,
  until: (v) => sql`r.created_at < ${v.until}`,
  error: (v) => sql`substr(r.error, 1, cast(${v.errorLength} as integer)) = ${v.error}`,
} as const satisfies Record<string, Part>

export type Condition = keyof typeof conditions

/**
 * Where runs are looked for: an index that has them newest first, and which conditions hold for all it has. One that
 * has them in another order is for few: all of them are sorted.
 */
const sources = {
  all: { where: () => sql`true`, is: [] },
  ofOwner: { where: conditions.owner, is: ['owner'] },
  ofOwnerInStatus: {
    where: (v) => sql`r.owner = ${v.owner} and r.status = ${v.status}`,
    is: ['owner', 'status'],
  },
  ofSession: { where: (v) => sql`r.session_id = ${v.sessionId}`, is: ['session'] },
  // An index of some statuses serves who names them as it does.
  waiting: {
    where: (v) => sql`r.status = ${v.status} and r.status in ('pending', 'awaiting_approval')`,
    is: ['status'],
  },
  unsuccessful: {
    where: (v) => sql`r.status = ${v.status} and r.status in ('failed', 'cancelled')`,
    is: ['status'],
  },
  unsuccessfulOfAgent: {
    where: (v) => sql`r.agent_key = ${v.agent} and r.status = ${v.status}
      and r.status in ('failed', 'cancelled')`,
    is: ['agent', 'status'],
  },
  running: {
    where: () => sql`r.status = 'running' and r.lease_expires_at > 0`,
    is: ['status'],
    sorted: true,
  },
  withError: { where: errorIndex, is: [], sorted: true },
} as const satisfies Record<string, Facts>

/** A limit keeps planners from looking for them in the order of the result instead. */
const mostSorted = 100_000

export type Source = keyof typeof sources

export interface Search {
  source: Source
  /** Those that the source knows to hold are not asked again. */
  conditions: Condition[]
  values: SearchValues
}

/** Whether it comes to nothing but what is wanted, or to few only: it need not be bounded. */
export function isSure({ source, conditions: all }: Omit<Search, 'values'>): boolean {
  const { is, sorted = false }: Facts = sources[source]
  return sorted || all.every((condition) => is.includes(condition))
}

/** Ids of the runs that are as wanted, newest first. */
export async function searchRuns(
  executor: Executor,
  search: Search,
  limit: number,
): Promise<string[]> {
  return (await ask<{ id: string }>(executor, search, found, limit)).map((row) => row.id)
}

/** The id of the run that the source comes to after `skip` others; null when it has not so many. */
export async function boundOf(
  executor: Executor,
  search: Search,
  skip: number,
): Promise<string | null> {
  const anything = { ...search, conditions: [] }
  return first(await ask<{ id: string }>(executor, anything, bound, skip))?.id ?? null
}

interface Asked extends SearchValues {
  count: number
}

const found = (from: RawBuilder<unknown>, v: Asked) => sql`
  select r.id from ${from} order by r.id desc limit ${v.count}`

const bound = (from: RawBuilder<unknown>, v: Asked) => sql`
  select r.id from ${from} order by r.id desc limit 1 offset ${v.count}`

/** A statement for each combination: one that asks whether a filter is given is planned without knowing. */
async function ask<R>(
  executor: Executor,
  { source, conditions: all, values }: Search,
  what: typeof found,
  count: number,
): Promise<R[]> {
  const { where, is, sorted = false }: Facts = sources[source]
  const asked = all.filter((condition) => !is.includes(condition))
  const shape = [source, ...asked].join(' ')
  const compiled = compile(executor.compiler, what, shape, ({ facts }) => {
    const v = placeholders<Asked>([])
    const range = sql`r.id >= ${v.from} and r.id < ${v.before}`
    const wanted = sql.join([...asked.map((name) => conditions[name](v)), range], sql` and `)
    const from = sorted
      ? sql`(select * from ${t.run} as r where ${where(v, facts)} limit ${sql.lit(mostSorted)}) as r
        where ${wanted}`
      : sql`${t.run} as r where ${where(v, facts)} and ${wanted}`
    return what(from, v)
  })
  return execute<R>(executor, compiled, { ...values, count })
}

/** Whether as many runs or more have an error that begins so, as far as the index knows. */
export async function hasManyErrors(
  executor: Executor,
  values: SearchValues,
  many: number,
): Promise<boolean> {
  return (await someErrors(executor, { ...values, count: many - 1 })).length > 0
}

// In the order of the index: otherwise Postgres looks all of them up first.
const someErrors = statement<Asked, { id: string }>(
  (_db, v, facts) => sql`
    select r.id from ${t.run} as r where ${errorIndex(v, facts)}
    order by substr(r.error, 1, 64) ${facts.byBytes}, r.id limit 1 offset ${v.count}`,
)
