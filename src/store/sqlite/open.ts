import { Kysely, sql } from 'kysely'
import { AgenticError } from '../../core/errors.ts'
import type { Database, DatabaseFacts, Executor } from '../database.ts'
import { migrate } from '../migrate.ts'
import { tablePrefixPlugin } from '../table-prefix.ts'
import type { Tables } from '../tables.ts'
import { ChangeWatch } from './change-watch.ts'
import { connect, whileBusy } from './connect.ts'
import { nodeSqliteDialect, type SqliteConnection } from './dialect.ts'
import { toDatabaseError } from './errors.ts'
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

/**
 * Opens the embedded database: one connection that writes, one that reads committed data only.
 * The file is created when it does not exist.
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, prefix } = options
  const writer = await connect(options)
  const reader = await connect(options)
  reader.execute('pragma query_only = on')
  const writing = executorFor(writer, prefix)
  const reading = executorFor(reader, prefix)
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

  return {
    async read(question) {
      assertOpen()
      try {
        return await whileBusy(async () => question(reading))
      } catch (error) {
        assertOpen()
        throw toDatabaseError(error, file)
      }
    },
    write,
    onExternalChange: (listener) => watch.add(listener),
    counts: () => ({
      statements: writer.statements + reader.statements,
      transactions: queue.transactions,
    }),
    migrate: async () => migrate({ reading, prefix, write }),
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

function executorFor(connection: SqliteConnection, prefix: string): Executor {
  const kysely = new Kysely<Tables>({
    dialect: nodeSqliteDialect(connection),
    plugins: [tablePrefixPlugin(prefix)],
  })
  return { kysely, facts: sqliteFacts, compiled: new Map() }
}
