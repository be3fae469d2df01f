import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { AgenticError } from '../../core/errors.ts'
import type { ExecuteWithin, ListenOptions, Queue, Work } from '../../core/queue.ts'
import { Outbox } from '../outbox.ts'
import { Jobs } from './jobs.ts'
import { loadEngine, openConnections, troubleLogger, type Connections } from './postgres.ts'
import { Receiver } from './receiver.ts'

export interface GraphileWorkerQueueOptions {
  /** The Postgres database of the jobs: `postgres://…`. Not through PgBouncer, which does not pass on `NOTIFY`. */
  connectionString?: string
  /** Instead: a pool of the app's, which is not closed. It needs a connection for itself to listen. */
  pool?: Pool
  /** Where graphile-worker's tables are. Default `graphile_worker`. */
  schema?: string
  /** What our jobs are called. Default `agentic_run`. */
  task?: string
}

/** How long a database may take to say goodbye. */
const goodbyeMs = 1_000

/** Wakes workers through graphile-worker. */
export class GraphileWorkerQueue implements Queue {
  readonly #options: GraphileWorkerQueueOptions
  readonly #jobs: Jobs
  readonly #outbox: Outbox
  #opened: Promise<Connections> | undefined
  #migrated: Promise<void> | undefined
  #receiver: Receiver | undefined
  #closed: Promise<void> | undefined

  constructor(options: GraphileWorkerQueueOptions) {
    const { schema = 'graphile_worker', task = 'agentic_run' } = checked(options)
    this.#options = options
    this.#jobs = new Jobs({ schema, task })
    this.#outbox = new Outbox({
      send: async (runIds) => this.#jobs.addWakes((await this.#open()).pool, runIds),
    })
  }

  async wake(runId: string): Promise<void> {
    return this.#outbox.wake(runId)
  }

  async wakeWithin(execute: ExecuteWithin, runId: string): Promise<void> {
    // The functions must be there before a transaction calls them.
    await this.#open()
    const { sql, parameters } = this.#jobs.wakeStatement(runId)
    await execute(sql, parameters)
  }

  async listen(work: Work, options: ListenOptions): Promise<void> {
    const engine = await loadEngine()
    // It asks when its workers have stopped: perhaps because another version has changed the schema.
    const open = async () => {
      this.#migrated = undefined
      return this.#open()
    }
    this.#receiver = new Receiver({ engine, jobs: this.#jobs, open, work, listen: options })
  }

  async check(): Promise<void> {
    await (await this.#open()).pool.query('select 1')
  }

  async stop(): Promise<void> {
    // What it waits for is waited for by `close`.
    void this.#receiver?.end()
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    await this.#receiver?.end()
    await this.#outbox.close()
    const connections = await this.#opened?.catch(() => undefined)
    if (connections === undefined) return
    const { pool, hangUp } = connections
    if (this.#options.pool !== undefined) {
      pool.off('error', ignore).off('connect', watch)
      return
    }
    const ended = pool.end()
    const isLate = await Promise.race([ended, delay(goodbyeMs, true, { ref: false })])
    if (isLate === true) hangUp()
    await ended
  }

  /** Connections to a database with the engine's schema; tried again by the next when it failed. */
  async #open(): Promise<Connections> {
    this.#opened ??= this.#connect()
    const connections = await this.#opened
    this.#migrated ??= this.#migrate(connections.pool)
    try {
      await this.#migrated
    } catch (error) {
      this.#migrated = undefined
      throw error
    }
    return connections
  }

  async #connect(): Promise<Connections> {
    const { connectionString = '', pool } = this.#options
    const connections =
      pool === undefined ? await openConnections(connectionString) : { pool, hangUp: ignore }
    // A connection that fails while nobody uses it is replaced; one in use fails its query as well.
    connections.pool.on('error', ignore).on('connect', watch)
    return connections
  }

  async #migrate(pool: Pool): Promise<void> {
    const engine = await loadEngine()
    const logger = troubleLogger(engine, ignore)
    await engine.runMigrations({ pgPool: pool, schema: this.#jobs.schema, logger })
  }
}

function ignore(): void {}

function watch(client: { on(event: 'error', listener: () => void): unknown }): void {
  client.on('error', ignore)
}

function checked(options: GraphileWorkerQueueOptions): GraphileWorkerQueueOptions {
  const { connectionString, pool, schema, task } = options
  if ((connectionString === undefined) === (pool === undefined)) {
    throw refuse(
      'connectionString',
      'a URL like "postgres://user@host/name", or `pool` instead of it',
    )
  }
  if (connectionString !== undefined && !/^postgres(?:ql)?:\/\//.test(connectionString)) {
    throw refuse('connectionString', 'a URL like "postgres://user@host/name"')
  }
  if (schema !== undefined && !/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/.test(schema)) {
    throw refuse('schema', 'letters, digits and underscores, at most 63')
  }
  if (task !== undefined && !/^[a-zA-Z_][-a-zA-Z0-9_:]{0,99}$/.test(task)) {
    throw refuse('task', 'letters, digits, "-", "_" and ":", at most 100')
  }
  return options
}

/** Never quotes the value: an address may hold a password. */
function refuse(name: string, accepted: string): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `\`${name}\` of graphileWorkerQueue is not right. Accepted is ${accepted}.`,
  )
}
