import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'

const owner = 'ada'
const key = { session: 'chat', input: 'Hi', idempotencyKey: 'click-1' }

test('a second submit with the same key answers with the first run', async () => {
  const agentic = instance()
  const first = await agentic.runs.submit({ owner, ...key })
  const again = await agentic.runs.submit({ owner, ...key })
  expect([first.isNew, again.isNew, again.id]).toEqual([true, false, first.id])
  const done = await agentic.runs.wait({ owner, id: first.id })
  const later = await agentic.runs.submit({ owner, ...key })
  expect(later).toEqual({ ...done, isNew: false })
})

test('twenty submits at once with one key make one run', async () => {
  const database = temporaryDatabase()
  const three = [1, 2, 3].map(() => instance({ database }))
  const submits = Array.from({ length: 20 }, async (_, n) =>
    three[n % 3]!.runs.submit({ owner, ...key }),
  )
  const runs = await Promise.all(submits)
  expect(new Set(runs.map((run) => run.id)).size).toBe(1)
  expect(runs.filter((run) => run.isNew)).toHaveLength(1)
  expect((await three[0]!.runs.list({ owner })).data).toHaveLength(1)
})

test('a key is its owner’s own', async () => {
  const agentic = instance({ concurrency: 0 })
  const ada = await agentic.runs.submit({ owner, ...key })
  const bob = await agentic.runs.submit({ owner: 'bob', ...key })
  expect(bob).toMatchObject({ isNew: true, owner: 'bob' })
  expect(bob.id).not.toBe(ada.id)
})

test('a submit is durable before it answers', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, ...key })
  await agentic.close()
  const later = instance({ database })
  expect((await later.runs.wait({ owner, id })).status).toBe('completed')
})
