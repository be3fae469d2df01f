import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Query } from '../database.ts'

interface Prepared {
  statement: StatementSync
  /** Of the rows it returns; none when it returns none. */
  columns: string[]
}

/** One connection with its prepared statements, counting what it executes. */
export class SqliteConnection {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()
  statements = 0

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run({ sql, parameters }: Query): unknown[] {
    this.statements += 1
    return this.#execute(sql, parameters.map(toInput))
  }

  /** A pragma or a step of a transaction. Prepared, as `exec` of Deno does not say which error SQLite gave. */
  execute(text: string): void {
    this.#execute(text, [])
  }

  /** Changes whenever another connection has committed; this one's own commits do not show. */
  dataVersion(): number {
    const [row] = this.#execute('pragma data_version', [])
    return Number(row?.['data_version'] ?? 0)
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #execute(text: string, inputs: SQLInputValue[]): Record<string, unknown>[] {
    const prepared = this.#prepare(text)
    const { statement } = prepared
    if (prepared.columns.length === 0) {
      statement.run(...inputs)
      return []
    }
    const rows = statement.all(...inputs) as unknown as unknown[][]
    // A process of a newer version may have added one since.
    const wide = rows[0]?.length ?? prepared.columns.length
    if (wide !== prepared.columns.length) prepared.columns = namesOf(statement)
    return rows.map((values) => toRow(prepared.columns, values))
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    const statement = this.#database.prepare(text)
    // Node's own objects have no prototype, so V8 keeps them as dictionaries: a poll of a run takes a tenth longer.
    statement.setReturnArrays(true)
    const prepared = { statement, columns: namesOf(statement) }
    // Statements built per call (lists of ids) must not grow the cache without bound.
    if (this.#prepared.size >= 500) this.#prepared.clear()
    this.#prepared.set(text, prepared)
    return prepared
  }
}

function namesOf(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name)
}

function toRow(columns: string[], values: unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column, at) => [column, values[at]]))
}

function toInput(value: unknown): SQLInputValue {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as SQLInputValue
}
