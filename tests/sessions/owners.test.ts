import { expect, onTestFinished, test } from 'vitest'
import { ownersApi } from '../../src/sessions/owners.ts'
import type { Database } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const tables = ['session', 'item', 'run', 'run_input', 'step', 'event', 'approval', 'rate']

test('an owner is deleted with everything, and nobody else is touched', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, limits: { rate: '1000/d' } })
  for (const owner of ['ada', 'bob']) {
    for (const session of ['one', 'two', 'three']) {
      const { id } = await agentic.runs.submit({ owner, session, input: 'Hi' })
      await agentic.runs.wait({ owner, id })
    }
    const items = Array.from({ length: 250 }, (_, n) => ({ role: 'user', content: `${n}` }))
    await agentic.sessions.add({ owner, key: 'long', items })
  }
  const before = await agentic.sessions.items({ owner: 'bob', key: 'one' })
  expect(await agentic.owners.delete({ owner: 'ada' })).toEqual({ runs: 3 })
  expect((await agentic.runs.list({ owner: 'ada' })).data).toEqual([])
  expect((await agentic.sessions.list({ owner: 'ada' })).data).toEqual([])
  expect(await agentic.sessions.items({ owner: 'bob', key: 'one' })).toEqual(before)
  expect(await agentic.sessions.items({ owner: 'bob', key: 'long', limit: null })).toHaveLength(250)
  expect(await agentic.owners.delete({ owner: 'bob' })).toEqual({ runs: 3 })
  for (const table of tables) {
    expect(await sql(database, `select * from agentic_${table}`), table).toEqual([])
  }
})

test('runs that come and end while their owner is deleted go too, and none is left without its session', async () => {
  const url = temporaryDatabase()
  const agentic = instance({ database: url })
  const finish = async (session: string) => {
    const { id } = await agentic.runs.submit({ owner: 'ada', session, input: 'Hi' })
    await agentic.runs.wait({ owner: 'ada', id })
  }
  for (const session of ['one', 'two', 'three']) await finish(session)
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  let left = 6
  const inUse: Database = {
    ...database,
    async write(unit, options) {
      if (left > 0) await finish('two')
      left -= 1
      return database.write(unit, options)
    },
  }
  await ownersApi(inUse, async () => {}).delete({ owner: 'ada' })
  for (const table of tables) {
    expect(await sql(url, `select * from agentic_${table}`), table).toEqual([])
  }
})

test('what an interrupted cleanup had taken from an owner is deleted with the owner', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const items = Array.from({ length: 250 }, (_, n) => ({ role: 'user', content: `${n}` }))
  await agentic.sessions.add({ owner: 'ada', key: 'long', items })
  await sql(database, 'update agentic_session set updated_at = 1')
  const policy = { sessionsDays: 1, sessionsRequireEmpty: false, batchSize: 50 }
  const stop = new AbortController()
  await agentic.admin.cleanup(policy, { signal: stop.signal, onProgress: () => stop.abort() })
  expect(await sql(database, 'select owner from agentic_session')).toMatchObject([{ owner: '' }])
  expect(await agentic.owners.delete({ owner: 'ada' })).toEqual({ runs: 0 })
  for (const table of ['session', 'item']) {
    expect(await sql(database, `select * from agentic_${table}`), table).toEqual([])
  }
})

test('an owner with a run that has not ended is not deleted', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await expect(agentic.owners.delete({ owner: 'ada' })).rejects.toMatchObject({
    code: 'owner_busy',
    status: 409,
  })
  expect((await agentic.runs.get({ owner: 'ada', id })).status).toBe('pending')
  await agentic.runs.cancel({ owner: 'ada', id })
  expect(await agentic.owners.delete({ owner: 'ada' })).toEqual({ runs: 1 })
  expect(await agentic.owners.delete({ owner: 'ada' })).toEqual({ runs: 0 })
})
