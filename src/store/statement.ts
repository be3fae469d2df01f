import type { Compilable, CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { DatabaseFacts, Executor } from './database.ts'
import type { Tables } from './tables.ts'

/** Stands for a value in a statement that is compiled once and executed often. */
class Placeholder {
  readonly pick: (values: never) => unknown
  constructor(pick: (values: never) => unknown) {
    this.pick = pick
  }
}

type Build<V, R> = (
  db: Kysely<Tables>,
  values: V,
  facts: DatabaseFacts,
  size: number,
) => Compilable<R> | RawBuilder<R>

/**
 * Defines a statement by its query builder. Building and compiling costs more than executing on an embedded
 * database, so it happens once per database: `values` given to `build` are placeholders, filled in at execution.
 *
 * @example
 * const runById = statement((db, v: { id: string }) => db.selectFrom('run').selectAll().where('id', '=', v.id))
 * const rows = await runById(executor, { id })
 */
export function statement<V extends object, R>(
  build: Build<V, R>,
): (executor: Executor, values: V) => Promise<R[]> {
  return async (executor, values) => execute<V, R>(executor, build, placeholders<V>(), values, 1)
}

/** The first row, or null. */
export function first<R>(rows: R[]): R | null {
  return rows[0] ?? null
}

/** As `statement`, for statements over a list of rows: `values` is the list, compiled once for each length. */
export function listStatement<V extends object, R>(
  build: Build<V[], R>,
): (executor: Executor, values: V[]) => Promise<R[]> {
  return async (executor, values) => {
    if (values.length === 0) return []
    const rows = values.map((_, index) => placeholders<V>(index))
    return execute<V[], R>(executor, build, rows, values, values.length)
  }
}

async function execute<V extends object, R>(
  executor: Executor,
  build: Build<V, R>,
  holders: V,
  values: V,
  size: number,
): Promise<R[]> {
  const shapes = executor.compiled.get(build) ?? new Map<number, CompiledQuery>()
  executor.compiled.set(build, shapes)
  let query = shapes.get(size)
  if (query === undefined) {
    query = build(executor.kysely, holders, executor.facts, size).compile(executor.kysely)
    shapes.set(size, query)
  }
  const parameters = query.parameters.map((parameter) =>
    parameter instanceof Placeholder ? parameter.pick(values as never) : parameter,
  )
  const { rows } = await executor.kysely.executeQuery({ ...query, parameters })
  return rows as R[]
}

function placeholders<V extends object>(index?: number): V {
  return new Proxy({} as V, {
    get: (_, key) =>
      new Placeholder((values: never) => {
        const row = index === undefined ? values : (values as Record<number, object>)[index]
        return (row as Record<PropertyKey, unknown>)[key]
      }),
  })
}
