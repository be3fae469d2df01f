import { AgenticError } from '../../core/errors.ts'
import type { Compiler, Database, Executor } from '../database.ts'
import {
  bookkeepingTable,
  migrate,
  pendingNames,
  plannedSql,
  type MigrationHost,
} from '../migrate.ts'
import { ChangeWatch } from './change-watch.ts'
import { executorWithin, onKysely, onSqlite } from '../within.ts'
import { sqliteCompiler } from './compiler.ts'
import { connect, whileBusy } from './connect.ts'
import type { SqliteConnection } from './connection.ts'
import { toDatabaseError } from './errors.ts'
import { WriteQueue } from './write-queue.ts'

export interface SqliteOptions {
  file: string
  prefix: string
  durability: 'full' | 'normal'
}

/**
 * Opens the embedded database: one connection that writes, one that reads committed data only.
 * The file is created when it does not exist.
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, prefix } = options
  const writer = await connect(options)
  const reader = await connect(options)
  reader.execute('pragma query_only = on')
  const compiler = sqliteCompiler(prefix)
  const writing = executorFor(writer, compiler)
  const reading = executorFor(reader, compiler)
  const queue = new WriteQueue(writing, writer, file)
  const watch = new ChangeWatch(writer)
  let closing: Promise<void> | undefined
  const assertOpen = () => {
    if (closing !== undefined) throw new AgenticError('closed', 'The database was closed.')
  }
  const write: Database['write'] = async (unit) => {
    assertOpen()
    return queue.submit(unit)
  }
  const migrating: MigrationHost = {
    compiler,
    prefix,
    schema: null,
    read: async (question) => question(reading),
    write,
    alone: null,
    exclusively: async (work) => work(),
    lacksSchema: async () => false,
    lacksBookkeeping: async () => {
      const name = `${prefix}${bookkeepingTable}`
      const query = `select 1 from sqlite_master where type = 'table' and name = '${name}'`
      return (await reading.run({ sql: query, parameters: [], name: null })).length === 0
    },
  }

  return {
    async read(question) {
      assertOpen()
      try {
        return await whileBusy(() => question(reading))
      } catch (error) {
        assertOpen()
        throw toDatabaseError(error, file)
      }
    },
    write,
    onExternalChange: (listener) => watch.add(listener),
    // Other processes see the file change.
    announce: () => {},
    hears: () => true,
    within: async (client) =>
      executorWithin(
        compiler,
        client,
        [onKysely, onSqlite],
        'a DatabaseSync of node:sqlite on the same file, or a transaction of Kysely',
      ),
    announceWithin: async () => {},
    counts: () => ({
      statements: writer.statements + reader.statements,
      transactions: queue.transactions,
    }),
    migrate: async () => migrate(migrating),
    pendingMigrations: async () => pendingNames(migrating),
    plannedSql: async () => plannedSql(migrating),
    async close() {
      closing ??= (async () => {
        watch.stop()
        await queue.idle()
        reader.close()
        writer.close()
      })()
      await closing
    },
  }
}

function executorFor(connection: SqliteConnection, compiler: Compiler): Executor {
  return { compiler, run: async (query) => connection.run(query) }
}
