import { sql, type RawBuilder } from 'kysely'
import type { UsageBy, UsageRow, UsageSums } from '../core/usage.ts'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

/** Runs of a window of ids, narrowed by what is not null. */
export interface UsageOf {
  run: string | null
  sessionId: string | null
  owner: string | null
  agent: string | null
  /** Ids from here on, and below there. */
  from: string
  before: string
  limit: number
}

interface SumsRow {
  is_total: number
  key: string | null
  owner: string | null
  requests: number
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  total_tokens: number
  cost: number
  priced_requests: number
}

type Sum = Exclude<keyof SumsRow, 'is_total' | 'key' | 'owner'>
type Statement = (executor: Executor, values: UsageOf) => Promise<SumsRow[]>

/** Sums of runs, most tokens first, and the sum of them all. */
export async function usageSums(
  executor: Executor,
  by: UsageBy,
  query: UsageOf,
): Promise<{ rows: UsageRow[]; total: UsageSums }> {
  const ask = statements[by][filters.filter((name) => query[name] !== null).join()] as Statement
  const found = await ask(executor, query)
  const rows = found.filter((row) => row.is_total === 0)
  const total = found.find((row) => row.is_total === 1) as SumsRow
  return {
    rows: rows
      .toSorted(mostFirst)
      .map((row) => ({ key: row.key, owner: row.owner, ...toSums(row) })),
    total: toSums(total),
  }
}

/** As the statement ranks them; put together with the total, their order is not kept. */
function mostFirst(a: SumsRow, b: SumsRow): number {
  if (a.total_tokens !== b.total_tokens) return b.total_tokens - a.total_tokens
  if (a.key === null || b.key === null) return a.key === null ? 1 : -1
  return a.key < b.key ? -1 : 1
}

function toSums(row: SumsRow): UsageSums {
  const unpricedRequests = row.requests - row.priced_requests
  return {
    requests: row.requests,
    inputTokens: row.input_tokens,
    cachedInputTokens: row.cached_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    totalTokens: row.total_tokens,
    cost: unpricedRequests === 0 ? row.cost : null,
    knownCost: row.cost,
    unpricedRequests,
  }
}

const sums: Sum[] = [
  ...(['requests', 'input_tokens', 'cached_tokens', 'output_tokens'] as const),
  ...(['reasoning_tokens', 'total_tokens', 'cost', 'priced_requests'] as const),
]

const list = (column: (name: Sum) => RawBuilder<unknown>) =>
  sql.join(sums.map((name) => sql`${column(name)} as ${sql.id(name)}`))
const added = (name: Sum) => sql`coalesce(sum(${sql.id(name)}), 0)`

const conditions = {
  run: (v: UsageOf) => sql`r.id = ${v.run}`,
  sessionId: (v: UsageOf) => sql`r.session_id = ${v.sessionId}`,
  owner: (v: UsageOf) => sql`r.owner = ${v.owner}`,
  agent: (v: UsageOf) => sql`r.agent_key = ${v.agent}`,
}
type Filter = keyof typeof conditions
const filters = Object.keys(conditions) as Filter[]

const chosen = (v: UsageOf, narrowed: Filter[]) =>
  sql`${t.run} as r where ${sql.join(
    [
      sql`r.id >= ${v.from}`,
      sql`r.id < ${v.before}`,
      ...narrowed.map((name) => conditions[name](v)),
    ],
    sql` and `,
  )}`

const groups = {
  run: [sql`r.id`, sql`r.owner`],
  session: [sql`r.session_key`, sql`r.owner`, sql`r.session_id`],
  owner: [sql`r.owner`],
  agent: [sql`r.agent_key`],
} satisfies Partial<Record<UsageBy, [RawBuilder<unknown>, ...RawBuilder<unknown>[]]>>

/** From the rows of runs, which keep their sums whatever is cleaned up. */
const ofRuns = (by: keyof typeof groups, narrowed: Filter[]) =>
  statement<UsageOf, SumsRow>((_db, v) => {
    const [key, owner = sql`cast(null as text)`] = groups[by]
    return sql`
      with grouped as (
        select ${key} as "key", ${owner} as owner, ${list((name) => sql`sum(${sql.ref(`r.${name}`)})`)}
        from ${chosen(v, narrowed)} group by ${sql.join(groups[by])}
        having sum(r.requests) > 0)
      ${ranked(v, sql`grouped`)}`
  })

/** Models are known to steps only. What runs used beyond the steps that are still there is of no known model. */
const ofModels = (narrowed: Filter[]) =>
  statement<UsageOf, SumsRow>(
    (_db, v) => sql`
    with chosen as (
      select r.id, ${list((name) => sql.ref(`r.${name}`))} from ${chosen(v, narrowed)}),
    known as (
      select s.name as "key", ${list(ofStep)} from chosen
      join ${t.step} as s on s.run_id = chosen.id and s.kind = 'model'
        and s.run_id >= ${v.from} and s.run_id < ${v.before} group by s.name),
    whole as (select ${list(added)} from chosen),
    part as (select ${list(added)} from known),
    grouped as (
      select "key", cast(null as text) as owner, ${list((name) => sql.id(name))} from known
      union all
      select cast(null as text), cast(null as text),
        ${sql.join(sums.map((name) => sql`whole.${sql.id(name)} - part.${sql.id(name)}`))}
      from whole, part where whole.requests > part.requests)
    ${ranked(v, sql`grouped`)}`,
  )

function ofStep(name: Sum): RawBuilder<unknown> {
  switch (name) {
    case 'requests':
      return sql`count(*)`
    case 'total_tokens':
      return sql`sum(coalesce(s.total_tokens, s.input_tokens + s.output_tokens))`
    case 'cost':
      return sql`coalesce(sum(s.cost), 0)`
    case 'priced_requests':
      return sql`count(s.cost)`
    default:
      return sql`sum(${sql.ref(`s.${name}`)})`
  }
}

const ranked = (v: UsageOf, grouped: RawBuilder<unknown>) => sql<SumsRow>`
  select 0 as is_total, "key", owner, ${list((name) => sql.id(name))}
    from (select * from ${grouped} order by total_tokens desc, "key" is null, "key"
      limit ${v.limit}) as first
  union all
  select 1, null, null, ${list(added)} from ${grouped}`

/** One for each combination: a statement that asks whether a filter is given is planned without knowing. */
const each = (build: (narrowed: Filter[]) => Statement): Record<string, Statement> =>
  Object.fromEntries(subsets(filters).map((narrowed) => [narrowed.join(), build(narrowed)]))

function subsets(names: Filter[]): Filter[][] {
  const [first, ...rest] = names
  if (first === undefined) return [[]]
  const others = subsets(rest)
  return [...others, ...others.map((other) => [first, ...other])]
}

const statements: Record<UsageBy, Record<string, Statement>> = {
  run: each((narrowed) => ofRuns('run', narrowed)),
  session: each((narrowed) => ofRuns('session', narrowed)),
  owner: each((narrowed) => ofRuns('owner', narrowed)),
  agent: each((narrowed) => ofRuns('agent', narrowed)),
  model: each(ofModels),
}
