import { expect, test } from 'vitest'
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
