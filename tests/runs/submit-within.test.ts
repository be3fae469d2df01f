import { DatabaseSync } from 'node:sqlite'
import { DummyDriver, Kysely, PostgresDialect, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import { Client, Pool } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { Within } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const submit = { owner: 'ada', session: 'chat', input: 'Hi' }
const isPostgres = inject('database') === 'postgres'

interface AppConnection {
  /** What is given as `within`. */
  within: Within
  execute(text: string): Promise<unknown>
}

/** A connection of the app's own to the same database, with a table of the app's. */
async function appConnection(url: string): Promise<AppConnection> {
  const connection = isPostgres ? await postgresConnection(url) : sqliteConnection(url)
  await connection.execute('create table app_order (id text)')
  return connection
}

async function postgresConnection(url: string): Promise<AppConnection> {
  const schema = new URL(url).searchParams.get('schema')
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(async () => client.end())
  await client.query(`create schema if not exists "${schema}"`)
  await client.query(`set search_path = "${schema}"`)
  return { within: client, execute: async (text) => client.query(text) }
}

function sqliteConnection(url: string): AppConnection {
  const database = new DatabaseSync(url.slice('file:'.length), { timeout: 5000 })
  onTestFinished(() => database.close())
  return { within: database, execute: async (text) => database.exec(text) }
}

/** Every 10 s a process looks though nobody told it: before that the wake-up must have come. */
const aheadOfTheNextLook = 8_000

const begin = isPostgres ? 'begin' : 'begin immediate'

test('rolled back with the transaction of the app, there is no run', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  await agentic.start()
  const app = await appConnection(database)
  await app.execute(begin)
  const { id, isNew } = await agentic.runs.submit({ ...submit, within: app.within })
  expect(isNew).toBe(true)
  await app.execute("insert into app_order values ('1')")
  await app.execute('rollback')
  await expect(agentic.runs.get({ owner: 'ada', id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(agentic.sessions.get({ owner: 'ada', key: 'chat' })).rejects.toMatchObject({
    code: 'not_found',
  })
  for (const table of ['run', 'event', 'run_input']) {
    expect(await sql(database, `select * from agentic_${table}`)).toEqual([])
  }
})

test(
  'nobody sees the run before the commit; after it, it starts by itself',
  async () => {
    const database = temporaryDatabase()
    const agentic = instance({ database, lease: { sweepSeconds: 600 } })
    const other = instance({ database, concurrency: 0 })
    await Promise.all([agentic.start(), other.start()])
    const app = await appConnection(database)
    await app.execute(begin)
    const { id } = await agentic.runs.submit({ ...submit, within: app.within })
    await expect(other.runs.get({ owner: 'ada', id })).rejects.toMatchObject({ code: 'not_found' })
    await app.execute("insert into app_order values ('1')")
    await app.execute('commit')
    expect(await other.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
    const events = await agentic.runs.events({ owner: 'ada', id })
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1))
  },
  aheadOfTheNextLook,
)

test('`wake` of the answer starts it where no wake-up rides in the transaction', async () => {
  const database = temporaryDatabase()
  const woken: string[] = []
  const agentic = instance({
    database,
    lease: { sweepSeconds: 600 },
    queue: {
      wake: async (runId) => void woken.push(runId),
      listen: async () => {},
      close: async () => {},
    },
  })
  await agentic.start()
  const app = await appConnection(database)
  await app.execute(begin)
  const run = await agentic.runs.submit({ ...submit, within: app.within })
  await app.execute('commit')
  expect(woken).not.toContain(run.id)
  run.wake()
  expect(woken).toContain(run.id)
})

test('a key used before answers with that run, and limits hold in the transaction too', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0, limits: { pendingPerOwner: 1 } })
  const first = await agentic.runs.submit({ ...submit, idempotencyKey: 'order-1' })
  const app = await appConnection(database)
  await app.execute(begin)
  const again = await agentic.runs.submit({
    ...submit,
    idempotencyKey: 'order-1',
    within: app.within,
  })
  expect(again).toMatchObject({ id: first.id, isNew: false, createdAt: first.createdAt })
  await expect(agentic.runs.submit({ ...submit, within: app.within })).rejects.toMatchObject({
    code: 'too_many_pending',
  })
  // What was refused wrote nothing, and the transaction goes on.
  await app.execute("insert into app_order values ('1')")
  await app.execute('commit')
  expect(await sql(database, 'select * from app_order')).toHaveLength(1)
})

test('a run of the same session that waits says so, with numbers as numbers', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const first = await agentic.runs.submit(submit)
  const app = await appConnection(database)
  await app.execute(begin)
  const second = await agentic.runs.submit({ ...submit, within: app.within })
  await app.execute('commit')
  expect(second).toMatchObject({ status: 'pending', blockedBy: first.id, attempt: 0 })
  expect(second.createdAt).toBeTypeOf('number')
  expect(second.lastSequence).toBe(1)
})

test('a transaction of Kysely will do', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  await agentic.start()
  const app = kyselyOn(database)
  const lost = app.transaction().execute(async (trx) => {
    await agentic.runs.submit({ ...submit, within: trx })
    throw new Error('the order failed')
  })
  await expect(lost).rejects.toThrow('the order failed')
  const { id } = await app
    .transaction()
    .execute(async (trx) => agentic.runs.submit({ ...submit, within: trx }))
  expect(await agentic.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
  expect((await agentic.runs.list({ owner: 'ada' })).data).toHaveLength(1)
  await expect(agentic.runs.submit({ ...submit, within: app })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('no transaction'),
  })
})

describe('what is no open transaction is refused, and nothing is written', () => {
  const wrong: [string, (url: string) => Promise<unknown>][] = [
    ['nothing at all', async () => null],
    ['some object', async () => ({})],
    ['a connection without a transaction', async (url) => (await appConnection(url)).within],
    ...(isPostgres
      ? ([['a pool', async (url) => poolOn(url)]] as [string, (url: string) => Promise<unknown>][])
      : []),
  ]
  test.each(wrong)('%s', async (_, make) => {
    const database = temporaryDatabase()
    const agentic = instance({ database, concurrency: 0 })
    await agentic.start()
    const within = (await make(database)) as Within
    await expect(agentic.runs.submit({ ...submit, within })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('within'),
    })
    expect((await agentic.runs.list({ owner: 'ada' })).data).toEqual([])
  })

  test('together with `interrupt`', async () => {
    const database = temporaryDatabase()
    const agentic = instance({ database, concurrency: 0 })
    await agentic.start()
    const { within } = await appConnection(database)
    await expect(
      agentic.runs.submit({ ...submit, whenBusy: 'interrupt', within }),
    ).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

function poolOn(url: string): Pool {
  const pool = new Pool({ connectionString: url })
  onTestFinished(async () => pool.end())
  return pool
}

function kyselyOn(url: string): Kysely<unknown> {
  const app = new Kysely<unknown>({
    dialect: isPostgres ? new PostgresDialect({ pool: poolOn(url) }) : sqliteDialect(url),
  })
  return app
}

/** As small as an app could have it. */
function sqliteDialect(url: string): ConstructorParameters<typeof Kysely>[0]['dialect'] {
  const database = new DatabaseSync(url.slice('file:'.length), { timeout: 5000 })
  onTestFinished(() => database.close())
  class Driver extends DummyDriver {
    override async acquireConnection() {
      return {
        executeQuery: async ({
          sql: text,
          parameters,
        }: {
          sql: string
          parameters: readonly unknown[]
        }) => ({
          rows: database.prepare(text).all(...(parameters as never[])) as never[],
        }),
        streamQuery: () => {
          throw new Error('not here')
        },
      }
    }
    override async beginTransaction() {
      database.exec('begin immediate')
    }
    override async commitTransaction() {
      database.exec('commit')
    }
    override async rollbackTransaction() {
      database.exec('rollback')
    }
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new Driver(),
    createIntrospector: () => {
      throw new Error('not here')
    },
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
