import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Kysely, PostgresDialect, sql, SqliteDialect, type Dialect } from 'kysely'
import { patiently } from './patience.ts'
import type { DatabaseSettings } from './storage-settings.ts'
import { createTables, type Tables } from './tables.ts'

/** The app's own connection to the database that the library keeps its tables in as well. */
export interface Database {
  /** Asks or changes it, again while another connection writes or the server is away: only what may be repeated. */
  use<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const busyTimeoutMs = 50
/** One of the processes that start at once makes the tables; the number is ours by chance. */
const tablesLock = 7_348_115

export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const isPostgres = settings.kind === 'postgres'
  const dialect = isPostgres ? await postgres(settings.connectionString) : sqlite(settings.url)
  const kysely = new Kysely<Tables>({ dialect })
  const schema = isPostgres ? settings.schema : undefined
  const db = schema ? kysely.withSchema(schema) : kysely
  const makeTables = async () =>
    db.transaction().execute(async (transaction) => {
      if (isPostgres) await sql`select pg_advisory_xact_lock(${tablesLock})`.execute(transaction)
      if (schema) await transaction.schema.createSchema(schema).ifNotExists().execute()
      await createTables(transaction)
    })
  try {
    await patiently(makeTables)
  } catch (cause) {
    const { message, code } = cause as Error & { code?: string }
    throw new Error(`the database of DATABASE_URL cannot be used: ${message || code}`, { cause })
  }
  return {
    use: async (work) => patiently(async () => work(db)),
    close: async () => kysely.destroy(),
  }
}

/** The driver is loaded by those who need it. */
async function postgres(connectionString: string): Promise<Dialect> {
  const { default: pg } = await import('pg')
  const int8 = pg.types.builtins.INT8
  const pool = new pg.Pool({
    connectionString,
    // Besides those of the library.
    max: 4,
    connectionTimeoutMillis: 3000,
    query_timeout: 10_000,
    keepAlive: true,
    // Our moments are far below 2^53.
    types: { getTypeParser: (type) => (type === int8 ? Number : pg.types.getTypeParser(type)) },
  })
  // A connection that fails is replaced, and what it was asked fails as well; without a listener the process would end.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({ pool })
}

function sqlite(url: string): Dialect {
  const path = url.startsWith('file:///') ? fileURLToPath(url) : url.slice('file:'.length)
  return new SqliteDialect({
    database: async () => {
      const connection = new DatabaseSync(path, { timeout: busyTimeoutMs })
      await patiently(async () => connection.exec('pragma journal_mode = wal'))
      connection.exec('pragma synchronous = full')
      return {
        close: () => connection.close(),
        prepare(text) {
          const statement = connection.prepare(text)
          return {
            reader: statement.columns().length > 0,
            all: (values) => statement.all(...(values as SQLInputValue[])),
            run: (values) => statement.run(...(values as SQLInputValue[])),
            iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
          }
        },
      }
    },
  })
}
