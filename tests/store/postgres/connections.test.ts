import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { Database } from '../../../src/store/database.ts'
import { openPostgres } from '../../../src/store/postgres/open.ts'
import { createLine } from '../../support/proxy.ts'

/** A database of the test's own on the server, with a connection to the one beside it. */
async function ownDatabase(): Promise<{ name: string; url: string; beside: Client }> {
  const name = `agentic_${randomBytes(6).toString('hex')}`
  const url = new URL(inject('postgresUrl'))
  const beside = new Client({ connectionString: url.href })
  await beside.connect()
  await beside.query(`create database ${name}`)
  onTestFinished(async () => {
    await beside.query(`drop database ${name} with (force)`)
    await beside.end()
  })
  url.pathname = `/${name}`
  return { name, url: url.href, beside }
}

const one = { sql: 'select 1 as one', parameters: [], name: null }
const ask = async (database: Database) => database.read(async (executor) => executor.run(one))

test('whoever was refused a connection is let in as soon as the server lets anybody in', async () => {
  const { name, url, beside } = await ownDatabase()
  const database = await openPostgres({ url, prefix: 'agentic_' })
  onTestFinished(async () => database.close())
  await beside.query(`alter database ${name} with allow_connections false`)
  await expect(ask(database)).rejects.toThrow('not currently accepting connections')
  await beside.query(`alter database ${name} with allow_connections true`)
  expect(await ask(database)).toEqual([{ one: 1 }])
})

test('a question that is repeated while the database is closed opens no connection', async () => {
  const { name, url, beside } = await ownDatabase()
  const line = await createLine(url)
  const database = await openPostgres({ url: line.url, prefix: 'agentic_' })
  await ask(database)
  line.freeze()
  const asking = ask(database).catch((error: unknown) => error)
  line.cut()
  line.thaw()
  // What was lost with the line is asked again a little later.
  await database.close()
  expect(await asking).toMatchObject({ code: 'closed' })
  const connections = async () => {
    const text = 'select count(*)::int as n from pg_stat_activity where datname = $1'
    return (await beside.query<{ n: number }>(text, [name])).rows[0]?.n
  }
  await expect.poll(connections).toBe(0)
})

const neighbours = [
  { of: 'nobody', options: {} },
  { of: 'an owner', options: { owner: 'ada' } },
]

test.each(neighbours)(
  'a unit whose neighbour, of $of, fails in their transaction writes what it writes once',
  async ({ options }) => {
    const { url } = await ownDatabase()
    const database = await openPostgres({ url, prefix: 'agentic_' })
    onTestFinished(async () => database.close())
    const run = async (sql: string) =>
      database.write(async (executor) => executor.run({ sql, parameters: [], name: null }))
    await run('create table note (n int)')
    const note = { sql: 'insert into note values (1)', parameters: [], name: null }
    const question = { sql: 'select pg_sleep(0.05)', parameters: [], name: null }
    const slow = database.write(async (executor) => {
      await executor.run(question)
      await executor.run(note)
      await executor.run(question)
      await executor.run(note)
    })
    const failing = database.write(async () => {
      throw new Error('not like this')
    }, options)
    await expect(failing).rejects.toThrow('not like this')
    await slow
    const count = { sql: 'select count(*) as n from note', parameters: [], name: null }
    expect(await database.read(async (executor) => executor.run(count))).toEqual([{ n: 2 }])
  },
)
