import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { first, statement } from './statement.ts'

/** The database's clock, in milliseconds since the epoch. */
export async function databaseNow(executor: Executor): Promise<number> {
  const row = first(await now(executor, {}))
  if (row === null) throw new Error('the clock of the database answered no row')
  return Number(row.now)
}

const now = statement<object, { now: number }>((_db, _v, facts) => sql`select ${facts.now} as now`)
