import { createHash } from 'node:crypto'
import type { Pool, PoolConfig } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import { AgenticError } from '../../core/errors.ts'
import type { Database, Executor, WriteOptions } from '../database.ts'
import { migrate, pendingNames, plannedSql } from '../migrate.ts'
import { executorWithin, onKysely, onPgClient } from '../within.ts'
import { Announcements } from './announcements.ts'
import { Commits } from './commits.ts'
import { postgresCompiler } from './compiler.ts'
import { connectionConfig, loadDriver, patienceMs, type Driver } from './driver.ts'
import { PostgresFailure, toDatabaseError } from './failure.ts'
import { migrationHost } from './migration-host.ts'
import { Readers } from './readers.ts'
import { transact, type Session } from './transaction.ts'
import { parsePostgresUrl } from './url.ts'

/** Opens a pool. Rejects with `database_unavailable` when nobody answers. */
export async function openPostgres(options: { url: string; prefix: string }): Promise<Database> {
  const { prefix } = options
  const { connectionString, schema, poolSize } = parsePostgresUrl(options.url)
  const driver = await loadDriver()
  const { config, limits } = await acceptedConfig(driver, connectionString)
  const most = Math.ceil(poolSize / 4)
  const pool = openPool(driver, { ...config, max: Math.max(1, poolSize - most) })
  const space = hash(`${schema ?? ''}.${prefix}`)
  const session: Session = {
    pool,
    readers: new Readers(driver, config, most),
    compiler: postgresCompiler(prefix, schema),
    named: { isOn: true },
    limits,
    counts: { statements: 0, transactions: 0 },
    lockKey: (owner) => hash(`${space} ${owner}`).readBigInt64BE().toString(),
  }
  const channel = `agentic_${space.toString('hex', 0, 8)}`
  const announcements = new Announcements({
    driver,
    config,
    channel,
    run: async (query) => session.readers.run(query, false),
  })
  const commits = new Commits(session)
  let closing: Promise<void> | undefined
  const mapped = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new AgenticError('closed', 'The database was closed.')
    try {
      return await work()
    } catch (error) {
      throw toDatabaseError(error)
    }
  }
  const read: Database['read'] = async (question) => mapped(async () => ask(session, question))
  const write: Database['write'] = async (unit, options: WriteOptions = {}) =>
    mapped(async () =>
      options.isLong === true
        ? transact(session, unit, options.owner ?? null, { answerMs: patienceMs.longAnswer })
        : commits.submit(unit, options),
    )
  const migrating = () => migrationHost({ session, driver, config, schema, prefix, read, write })

  return {
    read,
    write,
    onExternalChange: (listener) => announcements.listen(listener),
    announce: (change) => announcements.announce(change),
    hears: () => announcements.isHearing,
    async within(client, owner) {
      const executor = executorWithin(
        session.compiler,
        client,
        [onKysely, onPgClient],
        'a client of pg or a transaction of Kysely',
      )
      const sql = `select pg_advisory_xact_lock(${session.lockKey(owner)}),
        current_setting('transaction_isolation') as isolation`
      const [row] = (await executor.run({ sql, parameters: [], name: null })) as Isolation[]
      if (row?.isolation !== 'read committed') throw wrongIsolation(row?.isolation)
      return executor
    },
    announceWithin: async (executor, runId) => announcements.announceWithin(executor, runId),
    counts: () => ({ ...session.counts }),
    migrate: async () => migrate(migrating()),
    pendingMigrations: async () => pendingNames(migrating()),
    plannedSql: async () => plannedSql(migrating()),
    async close() {
      closing ??= (async () => {
        await commits.idle()
        await announcements.stop()
        await session.readers.close()
        await pool.end()
      })()
      await closing
    },
  }
}

interface Isolation {
  isolation: string
}

/** What was committed before the owner's lock was ours must be seen, and an older snapshot does not show it. */
function wrongIsolation(isolation = 'unknown'): AgenticError {
  return new AgenticError(
    'invalid_request',
    `\`within\` is a transaction at isolation level ${isolation}. Accepted is READ COMMITTED, the default of Postgres.`,
  )
}

/** Reads only: whatever failed may be asked again. */
async function ask<T>(session: Session, question: (executor: Executor) => Promise<T>): Promise<T> {
  const executor: Executor = {
    compiler: session.compiler,
    async run(query) {
      session.counts.statements += 1
      return session.readers.run(query, session.named.isOn)
    },
  }
  for (let tries = 1; ; tries += 1) {
    try {
      return await question(executor)
    } catch (error) {
      const isAgain = error instanceof PostgresFailure && error.kind !== 'refused' && tries < 3
      if (!isAgain) throw error
      if (error.kind === 'names') session.named.isOn = false
      else await delay(50 * tries)
    }
  }
}

function openPool(driver: Driver, config: PoolConfig): Pool {
  const pool = new driver.Pool(config)
  // A connection that fails while nobody uses it is replaced; one in use fails its query as well.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** A pooler may refuse parameters it does not know; then each transaction says it. */
async function acceptedConfig(
  driver: Driver,
  connectionString: string,
): Promise<{ config: PoolConfig; limits: string }> {
  for (const tellsServer of [true, false]) {
    const config = connectionConfig(connectionString, tellsServer)
    const client = new driver.Client(config)
    client.on('error', () => {})
    try {
      await client.connect()
      const { lock, idle } = patienceMs
      const limits = `set local lock_timeout = ${lock}; set local idle_in_transaction_session_timeout = ${idle}; `
      return { config, limits: tellsServer ? '' : limits }
    } catch (error) {
      const isRefusedParameter = String(error).includes('unsupported startup parameter')
      if (!tellsServer || !isRefusedParameter) throw toDatabaseError(new PostgresFailure(error))
    } finally {
      await client.end().catch(() => {})
    }
  }
  throw new Error('unreachable')
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
