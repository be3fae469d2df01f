/** A client of `pg` in whose connection a transaction was begun; not a pool, which has many. */
export interface PgClientLike {
  query(config: { text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
}

/** A transaction of Kysely, as `db.transaction().execute(async (trx) => …)` gives it. */
export interface KyselyTransactionLike {
  readonly isTransaction: boolean
  executeQuery(query: never): Promise<{ rows: unknown[] }>
}

/** A `DatabaseSync` of `node:sqlite` on the same file, after `begin immediate`. */
export interface SqliteConnectionLike {
  prepare(sql: string): {
    all(...values: never[]): unknown[]
    run(...values: never[]): unknown
    columns(): unknown[]
  }
}

/** The app's own transaction, for a run that is to exist exactly if what else is written in it does. */
export type Within = PgClientLike | KyselyTransactionLike | SqliteConnectionLike
