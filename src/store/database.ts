import type { CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** What differs between databases, as facts rather than code paths. */
export interface DatabaseFacts {
  /** The database's clock in whole milliseconds since the epoch. */
  now: RawBuilder<number>
  /** Rows `(value)` of a JSON array of strings. */
  eachText: (json: RawBuilder<unknown>) => RawBuilder<{ value: string }>
  /** The type of columns that are looked up and ordered by; byte order is the fastest and the same everywhere. */
  key: RawBuilder<unknown>
  /** Of a text that is no key: compared byte by byte. */
  byBytes: RawBuilder<unknown>
  /** Appended to tables that are read along their primary key. */
  clusteredTable: RawBuilder<unknown>
  /** Appended to a SELECT whose row nobody may change until the transaction ends. */
  forUpdate: RawBuilder<unknown>
  /** As `forUpdate`, without those that somebody else is changing. */
  forUpdateSkipLocked: RawBuilder<unknown>
  /** Whether one statement may write to several tables: `with … as (update …) insert …`. */
  writesInWith: boolean
  /** Makes or drops an index without blocking those who write to its table. */
  concurrently: RawBuilder<unknown>
}

/** A statement ready to be executed. */
export interface Query {
  sql: string
  parameters: readonly unknown[]
  /** Under which a server may keep it prepared; the same name always means the same text. Null: not worth it. */
  name: string | null
}

/** Builds and compiles statements, once per database. */
export interface Compiler {
  readonly kysely: Kysely<Tables>
  readonly facts: DatabaseFacts
  /** Statements compiled so far, by what builds them and their shape. */
  readonly compiled: Map<object, Map<string, CompiledStatement>>
}

export interface CompiledStatement {
  query: CompiledQuery
  name: string | null
}

/** A connection or transaction: the first argument of every store function. */
export interface Executor {
  readonly compiler: Compiler
  run(query: Query): Promise<unknown[]>
}

export interface StatementCounts {
  statements: number
  transactions: number
}

/** What another process committed. */
export interface ExternalChange {
  /** The runs that have new events; null when it is not known which. */
  runs: string[] | null
  /** Whether there may be something for workers: a run to claim, a cancel to obey. */
  work: boolean
}

export interface WriteOptions {
  /** Units of one owner are executed one after another, in whatever process: the round of owners depends on it. */
  owner?: string
  /** The run whose row it moves, so that two units do not wait for each other's runs in a circle. */
  runId?: string
  /** Rejects with `database_locked` rather than wait for long while another process has the owner's lock. */
  isBrief?: boolean
  /** Takes long: shares its commit with nobody. */
  isLong?: boolean
}

export interface Database {
  /** Asks a question; sees committed data only. */
  read<T>(question: (executor: Executor) => Promise<T>): Promise<T>
  /**
   * Runs one transaction. `unit` may run more than once and may do nothing but talk to its executor.
   * Units of concurrent callers may share one commit; each is atomic by itself.
   */
  write<T>(unit: (executor: Executor) => Promise<T>, options?: WriteOptions): Promise<T>
  /** Calls back soon after another process has committed something. Returns a function that stops it. */
  onExternalChange(listener: (change: ExternalChange) => void): () => void
  /** Tells other processes what was committed here, soon and several changes at once. Never fails; may be lost. */
  announce(change: { run: string; work: boolean }): void
  /** Whether announcements of others arrive by themselves. */
  hears(): boolean
  /**
   * An executor in a transaction of the app's own, with the owner's lock taken there. Throws `invalid_request` for
   * what is no open transaction of this kind of database.
   */
  within(client: unknown, owner: string): Promise<Executor>
  /** An announcement that is heard when the app's transaction commits, here too. */
  announceWithin(executor: Executor, runId: string): Promise<void>
  counts(): StatementCounts
  migrate(): Promise<string[]>
  /** The names of what `migrate` would apply now. */
  pendingMigrations(): Promise<string[]>
  /** The SQL that `migrate` would execute now. */
  plannedSql(): Promise<string[]>
  close(): Promise<void>
}
