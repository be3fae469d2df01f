import { CompiledQuery } from 'kysely'
import { AgenticError } from '../core/errors.ts'
import type { KyselyTransactionLike, PgClientLike, SqliteConnectionLike } from '../core/within.ts'
import type { Compiler, Executor, Query } from './database.ts'

type Run = (query: Query) => Promise<unknown[]>

/** Executes on the transaction of Kysely, if the value is one. */
export function onKysely(value: object): Run | null {
  if (!('executeQuery' in value) || !('isTransaction' in value)) return null
  const transaction = value as KyselyTransactionLike & { withoutPlugins?: () => object }
  if (!transaction.isTransaction) throw notInTransaction('this Kysely instance is no transaction')
  // The app's plugins are for its own tables.
  const plain = (transaction.withoutPlugins?.() ?? transaction) as {
    executeQuery(query: CompiledQuery): Promise<{ rows: unknown[] }>
  }
  return async ({ sql, parameters }) =>
    (await plain.executeQuery(CompiledQuery.raw(sql, [...parameters]))).rows
}

/** Executes on a client of `pg`, if the value is one. */
export function onPgClient(value: object): Run | null {
  if (!('query' in value) || typeof value.query !== 'function') return null
  if ('totalCount' in value) {
    throw notInTransaction(
      'this is a pool, whose statements go to any connection; take a client with `await pool.connect()`',
    )
  }
  const client = value as PgClientLike & { getTransactionStatus?: () => string | null }
  if (client.getTransactionStatus?.() === 'I') {
    throw notInTransaction('no transaction was begun on this client')
  }
  return async ({ sql: text, parameters }) =>
    (await client.query({ text, values: [...parameters] })).rows
}

/** Executes on a connection of `node:sqlite`, if the value is one. */
export function onSqlite(value: object): Run | null {
  if (!('prepare' in value) || typeof value.prepare !== 'function') return null
  if ('isTransaction' in value && value.isTransaction === false) {
    throw notInTransaction('no transaction was begun on this connection')
  }
  const connection = value as SqliteConnectionLike
  return async ({ sql, parameters }) => {
    const statement = connection.prepare(sql)
    const values = parameters.map((one) => one ?? null) as never[]
    if (statement.columns().length > 0) return statement.all(...values)
    statement.run(...values)
    return []
  }
}

/** An executor on the app's own transaction; null kinds are those that this database does not take. */
export function executorWithin(
  compiler: Compiler,
  value: unknown,
  kinds: ((value: object) => Run | null)[],
  accepted: string,
): Executor {
  const object = typeof value === 'object' && value !== null ? value : {}
  for (const kind of kinds) {
    const run = kind(object)
    if (run !== null) return { compiler, run: async (query) => (await run(query)).map(withNumbers) }
  }
  throw new AgenticError(
    'invalid_request',
    `\`within\` is nothing that this database can join. Accepted is ${accepted}.`,
  )
}

/** Our integers, which drivers of the app may answer as text. */
const integers = new Set([
  ...['last_position', 'created_at', 'updated_at', 'last_sequence', 'now', 'waiting', 'wait'],
  ...['started_at', 'finished_at', 'cancel_requested_at', 'lease_expires_at', 'turn'],
  ...['base_position', 'input_tokens', 'output_tokens', 'total_tokens', 'pruned_sequence'],
])

function withNumbers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => {
      const isNumber =
        typeof value === 'bigint' || (typeof value === 'string' && integers.has(name))
      return isNumber ? [name, Number(value)] : [name, value]
    }),
  )
}

function notInTransaction(why: string): AgenticError {
  return new AgenticError(
    'invalid_request',
    `\`within\` must be an open transaction of the app: ${why}. Begin one, or leave \`within\` out.`,
  )
}
