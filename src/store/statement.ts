import { createHash } from 'node:crypto'
import type { Compilable, Kysely, RawBuilder } from 'kysely'
import type { CompiledStatement, Compiler, DatabaseFacts, Executor } from './database.ts'
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
) => Compilable<R> | RawBuilder<R>

/** Shapes of more rows than this are seldom met again: a server need not keep them prepared. */
const preparedRows = 8

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
  return (executor, values) => {
    const compiled = compile(executor.compiler, build, '', (compiler) =>
      build(compiler.kysely, placeholders<V>([]), compiler.facts),
    )
    return execute<R>(executor, compiled, values)
  }
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
    const size = values.length
    if (size === 0) return []
    const compiled = compile(executor.compiler, build, String(size), (compiler) =>
      build(compiler.kysely, rowPlaceholders<V>([], size), compiler.facts),
    )
    return execute<R>(executor, compiled, values)
  }
}

/** The statement of this builder and shape, compiled now unless it has been. */
export function compile(
  compiler: Compiler,
  builder: object,
  shape: string,
  build: (compiler: Compiler) => Compilable | RawBuilder<unknown>,
): CompiledStatement {
  const shapes = compiler.compiled.get(builder) ?? new Map<string, CompiledStatement>()
  compiler.compiled.set(builder, shapes)
  const known = shapes.get(shape)
  if (known !== undefined) return known
  const query = build(compiler).compile(compiler.kysely)
  const isLong = shape.split(/\D+/).some((size) => Number(size) > preparedRows)
  const compiled = { query, name: isLong ? null : nameOf(query.sql) }
  shapes.set(shape, compiled)
  return compiled
}

/** Executes a compiled statement, its placeholders filled from `values`. */
export function execute<R>(
  executor: Executor,
  { query, name }: CompiledStatement,
  values: unknown,
): Promise<R[]> {
  const parameters = query.parameters.map((parameter) =>
    parameter instanceof Placeholder ? parameter.pick(values as never) : parameter,
  )
  // Not waited for here: a poll of a run passes a dozen functions that would each wait for the next.
  return executor.run({ sql: query.sql, parameters, name }) as Promise<R[]>
}

/** Placeholders for the object that is found by following `path` into the values of an execution. */
export function placeholders<V extends object>(path: (string | number)[]): V {
  return new Proxy({} as V, {
    get: (_, key) => new Placeholder((values: never) => follow(values, [...path, String(key)])),
  })
}

/** As `placeholders`, for each of `size` rows. */
export function rowPlaceholders<V extends object>(path: (string | number)[], size: number): V[] {
  return Array.from({ length: size }, (_, index) => placeholders<V>([...path, index]))
}

function follow(values: unknown, path: (string | number)[]): unknown {
  return path.reduce((value, key) => (value as Record<string | number, unknown>)[key], values)
}

/** A hash of the text: behind a pooler other processes may have prepared it on the same connection. */
function nameOf(sql: string): string {
  return `agentic_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`
}
