import type { Writable } from 'node:stream'
import type { Client, Pool, PoolClient, PoolConfig } from 'pg'
import { AgenticError } from '../../core/errors.ts'
import type { Query } from '../database.ts'
import { PostgresFailure } from './failure.ts'

/** Of the driver, what we use; loaded when a Postgres database is first opened. */
export interface Driver {
  Client: typeof Client
  Pool: typeof Pool
}

export async function loadDriver(): Promise<Driver> {
  try {
    const { default: pg } = await import('pg')
    return pg
  } catch (error) {
    throw new AgenticError(
      'invalid_setting',
      'Setting `database` is a Postgres URL, but the package `pg` is not installed. Run `npm install pg`.',
      { cause: error },
    )
  }
}

/**
 * How long an idle transaction, one that waits for a lock, and an answer may take before the line counts as dead: of
 * the answers a third of the default lease, so that a heartbeat on a silent line is sent again in time.
 */
export const patienceMs = {
  idle: 10_000,
  lock: 5_000,
  answer: 10_000,
  /** To statements that may touch a lot. */
  longAnswer: 600_000,
  connect: 5_000,
}

/** Of int8, int2, int4, float8 and numeric; our integers are below 2^53: sequences, milliseconds, tokens. */
const numbers = new Set([20, 21, 23, 701, 1700])
const types: PoolConfig['types'] = {
  getTypeParser: (oid: number) => (numbers.has(oid) ? Number : String),
}

/**
 * What every connection of ours is told. A process that stands still in mid-transaction, or whose line is cut without
 * a word, must not hold its locks for hours: the server ends such a transaction. A pooler may refuse to pass that on.
 */
export function connectionConfig(connectionString: string, tellsServer: boolean): PoolConfig {
  return {
    connectionString,
    types,
    application_name: 'agentic-node',
    connectionTimeoutMillis: patienceMs.connect,
    query_timeout: patienceMs.answer,
    keepAlive: true,
    pipeline: true,
    ...(tellsServer && {
      idle_in_transaction_session_timeout: patienceMs.idle,
      lock_timeout: patienceMs.lock,
    }),
  }
}

/**
 * What is sent in one turn goes out in one write: waking a server process for each message cost more than half of what
 * a statement costs this process.
 */
export function sendTogether(connection: object): void {
  const { connection: line } = connection as { connection?: { stream?: Writable } }
  const stream = line?.stream
  if (stream === undefined || stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** Executes on a connection; whatever the driver throws becomes a `PostgresFailure`. */
export async function runOn(
  connection: Pick<PoolClient, 'query'>,
  query: Query,
  isNamed: boolean,
  answerMs = patienceMs.answer,
): Promise<unknown[]> {
  const { sql: text, parameters } = query
  const name = isNamed && query.name !== null ? { name: query.name } : {}
  sendTogether(connection)
  const values = parameters.map(toParameter)
  const config = { text, values, query_timeout: answerMs, ...name }
  try {
    const { rows } = await connection.query(config)
    return rows
  } catch (error) {
    throw new PostgresFailure(error)
  }
}

/**
 * Postgres has no NUL in a text and refuses the whole statement. What must come back as it was is JSON, where NUL is
 * escaped; elsewhere (names, messages) it becomes what UTF-8 makes of half a surrogate pair.
 */
function toParameter(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\u{fffd}')
    : value
}
