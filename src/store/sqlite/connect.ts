import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { AgenticError } from '../../core/errors.ts'
import { SqliteConnection } from './connection.ts'
import { isBusy, toDatabaseError } from './errors.ts'

export interface ConnectOptions {
  file: string
  durability: 'full' | 'normal'
}

/** How long anything waits for another process's lock before it gives up. */
export const busyDeadlineMs = 10_000

/** Opens a connection, making the file when it does not exist; many processes may do so at once. */
export async function connect({ file, durability }: ConnectOptions): Promise<SqliteConnection> {
  return whileBusy(async () => {
    let database: DatabaseSync | undefined
    try {
      // No busy handler: SQLite would wait with the event loop standing still.
      database = new DatabaseSync(file, { timeout: 0 })
      const connection = new SqliteConnection(database)
      // Readers never wait for the writer; changing the mode needs the file alone for a moment.
      connection.execute('pragma journal_mode = wal')
      connection.execute(`pragma synchronous = ${durability}`)
      connection.execute('pragma temp_store = memory')
      // Pages written again and again are copied once per checkpoint: fewer of them, for a log of up to 16 MB.
      connection.execute('pragma wal_autocheckpoint = 4000')
      return connection
    } catch (error) {
      database?.close()
      throw isBusy(error) ? error : cannotOpen(error, file)
    }
  }).catch((error: unknown) => {
    throw toDatabaseError(error, file)
  })
}

/**
 * Tries again, with the event loop free in between, for as long as another process holds a lock. SQLite has no queue of
 * those who wait, so they have to look often: beside three processes that write without a pause a write took 104 ms at
 * p50 with waits of up to 50 ms, and 21 ms with waits of up to 2.
 */
export async function whileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + busyDeadlineMs
  for (let wait = 1; ; wait = Math.min(wait * 2, 2)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await delay(wait * (0.5 + Math.random()))
    }
  }
}

function cannotOpen(error: unknown, file: string): unknown {
  const mapped = toDatabaseError(error, file)
  if (mapped !== error) return mapped
  return new AgenticError('database_unavailable', `The database ${file} cannot be opened.`, {
    cause: error,
  })
}
