import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Query } from '../database.ts'

interface Prepared {
  statement: StatementSync
  returnsRows: boolean
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
    const row = this.#prepare('pragma data_version').statement.get()
    return Number(row?.['data_version'] ?? 0)
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #execute(text: string, inputs: SQLInputValue[]): unknown[] {
    const { statement, returnsRows } = this.#prepare(text)
    if (returnsRows) return statement.all(...inputs)
    statement.run(...inputs)
    return []
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    const statement = this.#database.prepare(text)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    // Statements built per call (lists of ids) must not grow the cache without bound.
    if (this.#prepared.size >= 500) this.#prepared.clear()
    this.#prepared.set(text, prepared)
    return prepared
  }
}

function toInput(value: unknown): SQLInputValue {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as SQLInputValue
}
