import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { expect } from 'vitest'

type Row = Record<string, unknown>

/** Asks or changes the file behind the library's back, as another process would. */
export function sql(database: string, text: string, ...values: SQLInputValue[]): Row[] {
  const connection = connect(database)
  try {
    return connection.prepare(text).all(...values)
  } finally {
    connection.close()
  }
}

export function connect(database: string): DatabaseSync {
  return new DatabaseSync(database.replace(/^file:/, ''), { timeout: 5000 })
}

/** Moves the lease of a run into the past, as if its worker had been silent for that long. */
export function expireLease(database: string, runId: string): void {
  sql(database, 'update agentic_run set lease_expires_at = 1 where id = ?', runId)
}

/** Waits until it is so. */
export async function until(isSo: () => unknown, timeout = 20_000): Promise<void> {
  await expect.poll(isSo, { interval: 10, timeout }).toBeTruthy()
}
