import type { CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** What differs between databases, as facts rather than code paths. */
export interface DatabaseFacts {
  /** The database's clock in whole milliseconds since the epoch. */
  now: RawBuilder<number>
  /** Rows `(value)` of a JSON array of strings. */
  eachText: (json: RawBuilder<unknown>) => RawBuilder<{ value: string }>
  /** Appended to tables that are read along their primary key. */
  clusteredTable: RawBuilder<unknown>
  /** Whether a data change may be announced to other processes by polling `externalChange`. */
  polled: boolean
}

/** A connection or transaction: the first argument of every store function. */
export interface Executor {
  readonly kysely: Kysely<Tables>
  readonly facts: DatabaseFacts
  /** Statements compiled so far, by the function that builds them and their shape. */
  readonly compiled: Map<object, Map<number, CompiledQuery>>
}

export interface StatementCounts {
  statements: number
  transactions: number
}

export interface Database {
  /** Asks a question; sees committed data only. */
  read<T>(question: (executor: Executor) => Promise<T>): Promise<T>
  /**
   * Runs one transaction. `unit` may run more than once and may do nothing but talk to its executor.
   * Units of concurrent callers may share one commit; each is atomic by itself.
   */
  write<T>(unit: (executor: Executor) => Promise<T>): Promise<T>
  /** Calls back soon after another process has committed something. Returns a function that stops it. */
  onExternalChange(listener: () => void): () => void
  counts(): StatementCounts
  migrate(): Promise<string[]>
  close(): Promise<void>
}
