import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Client, types } from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** What the tests of this project run on. */
    database: DatabaseKind
    /** Of a database that is there for our tests; empty when there is no server. */
    postgresUrl: string
    redisUrl: string
    /** The path of the program; empty when it is not there. */
    pgbouncer: string
  }
}

export type DatabaseKind = 'sqlite' | 'postgres'
export type Row = Record<string, unknown>

/** A connection behind the library's back, as another process would have it. */
export interface Connection {
  /** Values stand where the text has a `?`. */
  query(text: string, ...values: SQLInputValue[]): Promise<Row[]>
  /** From now until `commit` everybody can read, and nobody else can write. */
  lock(): Promise<void>
  close(): Promise<void>
}

export interface Temporary {
  url: string
  /** Leaves our tables, with nothing in them. */
  empty(): Promise<void>
  remove(): Promise<void>
}

/** What differs between databases, for tests. */
interface DatabaseFacts {
  /** An empty place for our tables. */
  temporary(): Temporary
  connect(url: string): Promise<Connection>
  /** Asks for the `name` of each table. */
  tables: string
}

export const databases: Record<DatabaseKind, DatabaseFacts> = {
  sqlite: {
    temporary() {
      const folder = mkdtempSync(join(tmpdir(), 'agentic-'))
      const url = `file:${join(folder, 'test.db')}`
      return {
        url,
        empty: async () => emptyTables(url),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      }
    },
    async connect(url) {
      const connection = new DatabaseSync(url.slice('file:'.length), { timeout: 5000 })
      return {
        query: async (text, ...values) => connection.prepare(text).all(...values),
        lock: async () => connection.exec('begin immediate'),
        close: async () => connection.close(),
      }
    },
    tables: `select name from sqlite_master where type = 'table'`,
  },
  postgres: {
    temporary() {
      // The time in its name tells the set-up of later tests which are old (scripts/services.mjs).
      const schema = `test_${Date.now()}_${randomBytes(4).toString('hex')}`
      const url = schemaUrl(schema)
      return {
        url,
        empty: async () => emptyTables(url),
        remove: async () => dropSchema(url, schema),
      }
    },
    async connect(url) {
      const client = await connectTo(url)
      return {
        async query(text, ...values) {
          let number = 0
          const numbered = text.replaceAll('?', () => `$${(number += 1)}`)
          return (await client.query<Row>(numbered, values)).rows
        },
        async lock() {
          const tables = 'select tablename from pg_tables where schemaname = current_schema()'
          const { rows } = await client.query<{ tablename: string }>(tables)
          const names = rows.map(({ tablename }) => client.escapeIdentifier(tablename))
          await insist(deadlock, async () => {
            await client.query('begin')
            const locked = client.query(`lock table ${names.join()} in exclusive mode`)
            await locked.catch(async (error: unknown) => {
              await client.query('rollback')
              throw error
            })
          })
        },
        close: async () => client.end(),
      }
    },
    tables: 'select tablename as name from pg_tables where schemaname = current_schema()',
  },
}

/** For dozens of processes on one database: the same, with as few connections each as can be. */
export function withFewConnections(database: string): string {
  return database.replace('connection_limit=4', 'connection_limit=1')
}

export function kindOf(url: string): DatabaseKind {
  return url.startsWith('file:') ? 'sqlite' : 'postgres'
}

function schemaUrl(schema: string): string {
  const server = inject('postgresUrl')
  if (server === '') throw new Error('No PostgreSQL was found. Name one in TEST_POSTGRES_URL.')
  const url = new URL(server)
  url.searchParams.set('schema', schema)
  // Many instances share the server's hundred connections.
  url.searchParams.set('connection_limit', '4')
  return withoutFlush(url.href)
}

/** No test takes the power away: the disk need not be waited for. */
export function withoutFlush(server: string): string {
  if (server === '') return ''
  const url = new URL(server)
  url.searchParams.set('options', '-c synchronous_commit=off')
  return url.href
}

/** Numbers come as numbers, as from SQLite. */
async function connectTo(database: string): Promise<Client> {
  const url = new URL(database)
  const schema = url.searchParams.get('schema')
  // What is ours in the URL is not the driver's.
  for (const name of ['schema', 'connection_limit']) url.searchParams.delete(name)
  const client = await insist(tooManyClients, async () => connected(url.href))
  client.setTypeParser(types.builtins.INT8, Number)
  if (schema !== null) await client.query(`set search_path to ${client.escapeIdentifier(schema)}`)
  return client
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString })
  await client.connect()
  return client
}

/** Tables are locked one after another, and somebody's commit may have come from the other end. */
const deadlock = '40P01'
/** Of the server's hundred places those are free again soon that tests have just left. */
const tooManyClients = '53300'

/** Asks again when the server says this, which is nobody's mistake. */
async function insist<T>(code: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if ((error as { code?: string }).code !== code || tries === 100) throw error
      await delay(Math.random() * 200)
    }
  }
}

/** All but those where it is written which migrations were applied. */
async function emptyTables(url: string): Promise<void> {
  const { connect, tables } = databases[kindOf(url)]
  const connection = await connect(url)
  try {
    const names = (await connection.query(tables)).map(({ name }) => String(name))
    await connection.query('begin')
    for (const name of names) {
      if (!/^sqlite_|_migration$/.test(name)) await connection.query(`delete from "${name}"`)
    }
    await connection.query('commit')
  } finally {
    await connection.close()
  }
}

async function dropSchema(url: string, schema: string): Promise<void> {
  const client = await connectTo(url)
  try {
    // A transaction somebody left open would hold its tables forever: that test is to fail.
    await client.query(`set lock_timeout to '5s'; set client_min_messages to warning`)
    await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`)
  } finally {
    await client.end()
  }
}
