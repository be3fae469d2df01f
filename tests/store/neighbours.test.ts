import { expect, inject, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const owner = 'ada'
const hello = { owner, session: 'chat', input: 'Hi' }

const tablesAndIndexes = {
  sqlite: "select name from sqlite_schema where type in ('table', 'index')",
  postgres: `select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'i')`,
}[inject('database')]

test('two prefixes share a database and do not notice each other', async () => {
  const database = temporaryDatabase()
  const [red, blue] = ['red_', 'blue_'].map((tablePrefix) => instance({ database, tablePrefix }))
  const { id } = await red!.runs.submit(hello)
  expect((await red!.runs.wait({ owner, id })).status).toBe('completed')
  expect((await blue!.runs.list({ owner })).data).toEqual([])
  const names = (await sql(database, tablesAndIndexes)).map(({ name }) => String(name))
  expect(names).not.toEqual([])
  expect(names.filter((name) => !/^(red_|blue_|sqlite_)/.test(name))).toEqual([])
})

test('whoever works in one of several places in a database takes nothing from the others', async () => {
  const place = temporaryDatabase()
  const idle = { concurrency: 0 }
  const elsewhere = [
    instance({ ...idle, database: place, tablePrefix: 'other_' }),
    instance({ ...idle, database: temporaryDatabase() }),
  ]
  const held = new HeldAgent()
  const here = instance({
    database: place,
    agents: { assistant: held.factory },
    lease: { sweepSeconds: 0.05 },
  })
  held.releaseAll()
  const waiting = await Promise.all(elsewhere.map(async ({ runs }) => runs.submit(hello)))
  for (const input of ['one', 'two']) {
    const { id } = await here.runs.submit({ ...hello, input })
    await here.runs.wait({ owner, id })
  }
  expect(held.asked).toEqual(['one', 'two'])
  for (const [n, { id }] of waiting.entries()) {
    expect((await elsewhere[n]!.runs.get({ owner, id })).status).toBe('pending')
  }
})
