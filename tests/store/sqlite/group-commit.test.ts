import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../../src/store/database.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { openSession } from '../../../src/store/sessions.ts'
import { temporaryDatabase } from '../../support/instance.ts'
import { sql } from '../../support/sql.ts'

async function open(url = temporaryDatabase()): Promise<Database> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  onTestFinished(async () => database.close())
  await database.migrate()
  return database
}

const add = async (database: Database, key: string) =>
  database.write(async (executor) => openSession(executor, { id: key, owner: 'ada', key }))

test('concurrent writes share commits', async () => {
  const database = await open()
  const before = database.counts().transactions
  await Promise.all(Array.from({ length: 100 }, async (_, n) => add(database, `s${n}`)))
  expect(database.counts().transactions - before).toBeLessThan(20)
})

test('one unit that fails does not fail its neighbours, and leaves nothing', async () => {
  const url = temporaryDatabase()
  const database = await open(url)
  const bad = async (key: string) =>
    database.write(async (executor) => {
      await openSession(executor, { id: key, owner: 'bad', key })
      throw new Error('no')
    })
  const settled = await Promise.allSettled([
    add(database, 'one'),
    bad('two'),
    add(database, 'three'),
    bad('four'),
  ])
  expect(settled.map((one) => one.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ])
  const keys = await sql(url, 'select session_key from agentic_session order by session_key')
  expect(keys.map((row) => row['session_key'])).toEqual(['one', 'three'])
})

test('a write is answered after its commit', async () => {
  const url = temporaryDatabase()
  const database = await open(url)
  const writes = ['a', 'b', 'c'].map(async (key) => {
    await add(database, key)
    const found = await sql(url, 'select id from agentic_session where session_key = ?', key)
    expect(found).toHaveLength(1)
  })
  await Promise.all(writes)
})

test('closing waits for the writes that were submitted and refuses later ones', async () => {
  const url = temporaryDatabase()
  const database = await open(url)
  const writes = Array.from({ length: 200 }, async (_, n) => add(database, `s${n}`))
  const closing = [database.close(), database.close()]
  const late = add(database, 'late')
  await expect(late).rejects.toMatchObject({ code: 'closed' })
  await Promise.all([...writes, ...closing])
  expect(await sql(url, 'select count(*) as n from agentic_session')).toEqual([{ n: 200 }])
  await expect(database.read(async () => 1)).rejects.toMatchObject({ code: 'closed' })
})
