import { sql, type RawBuilder } from 'kysely'
import type { Compiler, DatabaseFacts, Executor } from './database.ts'
import { compile, execute, first, placeholders, rowPlaceholders } from './statement.ts'

/** The row that a gate moved, as its parts may refer to it. */
export interface Gate {
  /** A column, in a statement that selects `from` it. */
  column: (name: string) => RawBuilder<unknown>
  /** A column anywhere; null when the gate moved nothing. */
  value: (name: string) => RawBuilder<unknown>
  /** A FROM clause with exactly that row. */
  from: RawBuilder<unknown>
}

type BuildGate<V> = (values: V, facts: DatabaseFacts) => RawBuilder<unknown>
type BuildPart<V> = (gate: Gate, rows: V[], facts: DatabaseFacts) => RawBuilder<unknown>

/** Something written together with a gate. */
export interface Part {
  kind: PartKind
  rows: object[]
}

interface PartKind {
  name: string
  build: BuildPart<never>
}

/** SQLite takes 500 rows put together by UNION at most; on Postgres the parts of a gate are one statement all the same. */
const mostRows = 100

/** Defines what can be written behind a gate: a statement over rows that refers to the gate's row. */
export function part<V extends object>(name: string, build: BuildPart<V>): (rows: V[]) => Part[] {
  const kind: PartKind = { name, build }
  return (rows) => {
    const chunks = Math.ceil(rows.length / mostRows)
    return Array.from({ length: chunks }, (_, chunk) => ({
      kind,
      rows: rows.slice(chunk * mostRows, (chunk + 1) * mostRows),
    }))
  }
}

/**
 * Defines a gate: an update of one row that names what it expects of it, and answers that row. What is written with it
 * is written when it moved its row and not otherwise, as one statement where the database can write in WITH, which
 * saves a way to the server for each; else one after another.
 *
 * All see the data as it was before the gate, and the gate's row through `Gate`: a part must not touch that row.
 */
export function gate<V extends object, R extends object>(
  build: BuildGate<V>,
): (executor: Executor, values: V, parts?: Part[]) => Promise<R | null> {
  return async (executor, values, parts = []) => {
    const { compiler } = executor
    if (compiler.facts.writesInWith || parts.length === 0) {
      const shape = parts.map(({ kind, rows }) => `${kind.name}:${rows.length}`).join(' ')
      const compiled = compile(compiler, build, shape, () => together(compiler, build, parts))
      return first(await execute<R>(executor, compiled, { values, parts }))
    }
    const moved = await gateAlone<V, R>(executor, build, values)
    if (moved === null) return null
    for (const one of parts) await partAlone(executor, one, moved)
    return moved
  }
}

function together<V extends object>(
  { facts }: Compiler,
  build: BuildGate<V>,
  parts: Part[],
): RawBuilder<unknown> {
  const moving = build(placeholders<V>(['values']), facts)
  if (parts.length === 0) return moving
  const row: Gate = {
    column: (name) => sql.ref(`gate.${name}`),
    value: (name) => sql`(select ${sql.ref(`gate.${name}`)} from gate)`,
    from: sql`from gate`,
  }
  const writing = parts.map(({ kind, rows }, index) => {
    const written = rowPlaceholders<never>(['parts', index, 'rows'], rows.length)
    return sql`${sql.id(`part_${index}`)} as (${kind.build(row, written, facts)})`
  })
  return sql`with gate as (${moving}), ${sql.join(writing)} select * from gate`
}

async function gateAlone<V extends object, R>(
  executor: Executor,
  build: BuildGate<V>,
  values: V,
): Promise<R | null> {
  const { compiler } = executor
  const compiled = compile(compiler, build, '', () => together(compiler, build, []))
  return first(await execute<R>(executor, compiled, { values }))
}

async function partAlone(executor: Executor, { kind, rows }: Part, moved: object): Promise<void> {
  const { compiler } = executor
  const compiled = compile(compiler, kind, String(rows.length), () => {
    const row = placeholders<Record<string, RawBuilder<unknown>>>(['gate'])
    const column = (name: string) => sql`${row[name]}`
    const written = rowPlaceholders<never>(['rows'], rows.length)
    return kind.build({ column, value: column, from: sql`` }, written, compiler.facts)
  })
  await execute(executor, compiled, { gate: moved, rows })
}

/** The rows of an INSERT, each a SELECT from the gate's row. */
export function selectRows({ from }: Gate, rows: RawBuilder<unknown>[]): RawBuilder<unknown> {
  const selects = rows.map((row) => sql`select ${row} ${from} where true`)
  return sql.join(selects, sql` union all `)
}
