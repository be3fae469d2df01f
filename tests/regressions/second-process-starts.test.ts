import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease } from '../support/sql.ts'

/** FIELD: a second process started, recovered the first one's live run, and both executed it. */
test('recovery touches only expired leases', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const first = instance({ database, agents: { assistant: held.factory } })
  const live = await first.runs.submit({ owner: 'ada', session: 'a', input: 'live' })
  await held.reached('live')
  const second = instance({ database, lease: { sweepSeconds: 0.05 } })
  const other = await second.runs.submit({ owner: 'bob', session: 'b', input: 'Hi' })
  expect((await second.runs.wait({ owner: 'bob', id: other.id })).status).toBe('completed')
  expect(await second.runs.get({ owner: 'ada', id: live.id })).toMatchObject({
    status: 'running',
    attempt: 1,
  })
  held.releaseAll()
  const run = await first.runs.wait({ owner: 'ada', id: live.id })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
  expect(held.asked.filter((text) => text === 'live')).toHaveLength(1)
})

test('a late write changes no row', async () => {
  const database = temporaryDatabase()
  const slow = new HeldAgent()
  const first = instance({
    database,
    agents: { assistant: slow.factory },
    concurrency: 1,
    lease: { seconds: 600, sweepSeconds: 600 },
  })
  const lost: string[] = []
  first.on('run.completed', ({ run }) => void lost.push(run.id))
  const { id } = await first.runs.submit({ owner: 'ada', session: 'a', input: 'slow' })
  await slow.reached('slow')
  await expireLease(database, id)
  const second = instance({ database, lease: { sweepSeconds: 0.05 } })
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', attempt: 2 })
  const events = await second.runs.events({ owner: 'ada', id })
  slow.releaseAll()
  // The first instance is free again when it has noticed that it lost the run.
  const next = await first.runs.submit({ owner: 'ada', session: 'b', input: 'next' })
  await first.runs.wait({ owner: 'ada', id: next.id })
  expect(await second.runs.get({ owner: 'ada', id })).toEqual(run)
  expect(await second.runs.events({ owner: 'ada', id })).toEqual(events)
  expect(await second.sessions.items({ owner: 'ada', key: 'a' })).toHaveLength(2)
  expect(lost).not.toContain(id)
})
