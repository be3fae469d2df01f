import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { AgenticError } from '../../core/errors.ts'
import type { Database, DatabaseFacts, Executor } from '../database.ts'
import { migrate } from '../migrate.ts'
import { tablePrefixPlugin } from '../table-prefix.ts'
import type { Tables } from '../tables.ts'
import { nodeSqliteDialect, SqliteConnection } from './dialect.ts'
import { isBusy, toDatabaseError } from './errors.ts'
import { WriteQueue } from './write-queue.ts'

export interface SqliteOptions {
  file: string
  prefix: string
  durability: 'full' | 'normal'
}

const sqliteFacts: DatabaseFacts = {
  now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  eachText: (json) => sql<{ value: string }>`json_each(${json})`,
  clusteredTable: sql`without rowid`,
  polled: true,
}

/** How often another process's commits are looked for while somebody listens; costs about 5 µs a look. */
const pollMs = 50

/**
 * Opens the embedded database: one connection that writes, one that reads committed data only.
 * The file is created when it does not exist.
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, prefix, durability } = options
  const writer = await connect(file, durability)
  const reader = await connect(file, durability)
  reader.execute('pragma query_only = on')
  const writing = executorFor(writer, prefix)
  const reading = executorFor(reader, prefix)
  const queue = new WriteQueue(writing, writer, file)
  const watch = new ChangeWatch(writer)

  return {
    async read(question) {
      try {
        return await question(reading)
      } catch (error) {
        throw toDatabaseError(error, file)
      }
    },
    write: (unit) => queue.submit(unit),
    onExternalChange: (listener) => watch.add(listener),
    counts: () => ({
      statements: writer.statements + reader.statements,
      transactions: queue.transactions,
    }),
    migrate: async () => migrate({ reading, prefix, write: (unit) => queue.submit(unit) }),
    async close() {
      watch.stop()
      await queue.idle()
      reader.close()
      writer.close()
    },
  }
}

async function connect(file: string, durability: 'full' | 'normal'): Promise<SqliteConnection> {
  const deadline = Date.now() + 10_000
  for (;;) {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(file, { timeout: 50 })
      // Readers never wait for the writer; changing the mode needs the file alone for a moment.
      database.exec('pragma journal_mode = wal')
      database.exec(`pragma synchronous = ${durability}`)
      database.exec('pragma temp_store = memory')
      return new SqliteConnection(database)
    } catch (error) {
      database?.close()
      if (!isBusy(error) || Date.now() > deadline) throw cannotOpen(error, file)
      await delay(5 + Math.random() * 20)
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

function executorFor(connection: SqliteConnection, prefix: string): Executor {
  const kysely = new Kysely<Tables>({
    dialect: nodeSqliteDialect(connection),
    plugins: [tablePrefixPlugin(prefix)],
  })
  return { kysely, facts: sqliteFacts, compiled: new Map() }
}

/** Notices commits of other processes, watched from the connection that makes ours, by SQLite's own counter (sqlite.org/pragma.html#pragma_data_version). */
class ChangeWatch {
  readonly #connection: SqliteConnection
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #version = 0

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  add(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (this.#timer === undefined) {
      this.#version = this.#connection.dataVersion()
      this.#timer = setInterval(() => this.#look(), pollMs).unref()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const version = this.#connection.dataVersion()
    if (version === this.#version) return
    this.#version = version
    for (const listener of this.#listeners) listener()
  }
}
