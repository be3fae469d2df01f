import { setTimeout as delay } from 'node:timers/promises'
import type { PoolConfig } from 'pg'
import type { Database, Executor } from '../database.ts'
import { bookkeepingTable, type MigrationHost } from '../migrate.ts'
import { runOn, type Driver } from './driver.ts'
import { PostgresFailure } from './failure.ts'
import type { Session } from './transaction.ts'

export interface MigrationHostOptions {
  session: Session
  driver: Driver
  config: PoolConfig
  schema: string | null
  prefix: string
  read: Database['read']
  write: Database['write']
}

/** Migrating takes as long as it takes: on a connection of its own that waits for any answer. */
export function migrationHost(options: MigrationHostOptions): MigrationHost {
  const { session, schema, prefix, read, write } = options
  const patient = {
    ...options.config,
    query_timeout: 0,
    lock_timeout: undefined,
    idle_in_transaction_session_timeout: undefined,
  }
  const withClient = async <T>(work: (executor: Executor) => Promise<T>): Promise<T> => {
    const client = new options.driver.Client(patient)
    client.on('error', () => {})
    const run: Executor['run'] = async (query) => runOn(client, query, false, 0)
    try {
      await client.connect().catch((error: unknown) => {
        throw new PostgresFailure(error)
      })
      return await work({ compiler: session.compiler, run })
    } finally {
      await client.end().catch(() => {})
    }
  }
  const key = session.lockKey('agentic migrate')
  return {
    compiler: session.compiler,
    prefix,
    schema,
    read,
    write,
    alone: withClient,
    exclusively: async (migrating) =>
      // In a transaction, which ends with the connection, because behind a pooler a lock of the session would stay with some connection.
      withClient(async (executor) => {
        // Whoever waits inside of a statement keeps a snapshot, and `create index concurrently` waits for those: asking again and again keeps none.
        for (;;) {
          await execute(executor, 'begin')
          await execute(executor, 'set local idle_in_transaction_session_timeout = 0')
          if (await isMine(executor, key)) return migrating()
          await execute(executor, 'rollback')
          await delay(100)
        }
      }),
    lacksSchema: async () =>
      lacks(read, `select 1 from pg_namespace where nspname = '${schema ?? ''}'`),
    lacksBookkeeping: async () =>
      lacks(
        read,
        `select 1 from pg_tables where tablename = '${prefix}${bookkeepingTable}'
          and schemaname = ${schema === null ? 'any (current_schemas(false))' : `'${schema}'`}`,
      ),
  }
}

async function lacks(read: Database['read'], question: string): Promise<boolean> {
  const found = await read(async (executor) => execute(executor, question))
  return found.length === 0
}

async function isMine(executor: Executor, key: string): Promise<boolean> {
  const rows = await execute(executor, `select 1 where pg_try_advisory_xact_lock(${key})`)
  return rows.length === 1
}

async function execute(executor: Executor, sql: string): Promise<unknown[]> {
  return executor.run({ sql, parameters: [], name: null })
}
