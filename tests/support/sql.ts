import type { SQLInputValue } from 'node:sqlite'
import { expect, onTestFinished } from 'vitest'
import { databases, kindOf, type Row } from './databases.ts'

/** Asks or changes the database behind the library's back, as another process would. */
export async function sql(
  database: string,
  text: string,
  ...values: SQLInputValue[]
): Promise<Row[]> {
  const connection = await databases[kindOf(database)].connect(database)
  try {
    return await connection.query(text, ...values)
  } finally {
    await connection.close()
  }
}

/** Keeps everybody else from writing, until the answer is called or the test ends. */
export async function stopWrites(database: string): Promise<() => Promise<void>> {
  const connection = await databases[kindOf(database)].connect(database)
  onTestFinished(async () => connection.close())
  await connection.lock()
  return async () => void (await connection.query('rollback'))
}

/** Moves the lease of a run into the past, as if its worker had been silent for that long. */
export async function expireLease(database: string, runId: string): Promise<void> {
  await sql(database, 'update agentic_run set lease_expires_at = 1 where id = ?', runId)
}

/** Waits until it is so. */
export async function until(isSo: () => unknown, timeout = 60_000): Promise<void> {
  await expect.poll(isSo, { interval: 10, timeout }).toBeTruthy()
}
