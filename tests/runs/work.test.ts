import { expect, test } from 'vitest'
import type { Queue, Work } from '../../src/core/queue.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'

const owner = 'ada'

test('an instance that is to execute nothing executes when it is told to work', async () => {
  const { runs, work, health } = instance({ concurrency: 0 })
  await work({ concurrency: 3 })
  expect(health()).toMatchObject({ status: 'ok', concurrency: 3 })
  const { id } = await runs.submit({ owner, session: 'chat', input: 'Hi' })
  expect(await runs.wait({ owner, id })).toMatchObject({ status: 'completed' })
})

test('work() keeps a concurrency that is set, and has one of its own where that is 0', async () => {
  const set = instance({ concurrency: 2 })
  expect(await set.work()).toEqual({ concurrency: 2, agents: ['assistant'], drainSeconds: 2 })
  expect(set.health().concurrency).toBe(2)
  const unset = instance({ concurrency: 0 })
  await unset.work()
  expect(unset.health().concurrency).toBeGreaterThanOrEqual(4)
})

test('a worker of some agents leaves the runs of others to others, and takes them in all the same', async () => {
  const database = temporaryDatabase()
  const agents = { one: () => speaker('One.'), two: () => speaker('Two.') }
  const first = instance({ database, agents, concurrency: 0 })
  await first.work({ agents: ['one'] })
  const two = await first.runs.submit({ owner, session: 'b', input: 'Hi', agent: 'two' })
  const one = await first.runs.submit({ owner, session: 'a', input: 'Hi', agent: 'one' })
  expect(await first.runs.wait({ owner, id: one.id })).toMatchObject({ output: 'One.' })
  expect(await first.runs.get({ owner, id: two.id })).toMatchObject({ status: 'pending' })
  await instance({ database, agents, concurrency: 0 }).work({ agents: ['two'] })
  expect(await first.runs.wait({ owner, id: two.id })).toMatchObject({ output: 'Two.' })
})

test('a wake-up that reaches a worker of other agents starts the run where it belongs', async () => {
  const database = temporaryDatabase()
  const agents = { one: () => speaker('One.'), two: () => speaker('Two.') }
  const lease = { seconds: 600, sweepSeconds: 600 }
  const broker = brokerThatCallsOne()
  const wrong = instance({ database, agents, lease, queue: broker() })
  await wrong.work({ agents: ['one'] })
  await instance({ database, agents, lease, queue: broker() }).work({ agents: ['two'] })
  const web = instance({ database, agents, concurrency: 0, queue: broker() })
  for (const session of ['a', 'b']) {
    const { id } = await web.runs.submit({ owner, session, input: 'Hi', agent: 'two' })
    expect(await web.runs.wait({ owner, id })).toMatchObject({ output: 'Two.' })
  }
})

test('work() comes before the first use, and once', async () => {
  const used = instance()
  await used.start()
  await expect(used.work()).rejects.toMatchObject({ code: 'already_started' })
  const working = instance()
  await working.work()
  await expect(working.work()).rejects.toMatchObject({ code: 'already_started' })
  await working.close()
  await expect(working.work()).rejects.toMatchObject({ code: 'closed' })
})

test.each([
  [{ concurrency: 0 }, 'Setting `concurrency` is 0. Accepted is a whole number from 1 to 10,000.'],
  [{ concurrency: 1.5 }, 'Setting `concurrency` is 1.5.'],
  [{ drainSeconds: -1 }, 'Setting `drainSeconds` is -1.'],
  [{ agents: [] }, 'Setting `agents` is [].'],
  [{ agents: ['typo'] }, 'Accepted is at least one of the registered agents: assistant.'],
])('work(%j) is refused and starts nothing', async (options, message) => {
  const agentic = instance({ concurrency: 0 })
  const refused = { code: 'invalid_setting', message: expect.stringContaining(message) }
  await expect(agentic.work(options)).rejects.toMatchObject(refused)
  expect(agentic.health().status).toBe('starting')
  await agentic.work()
})

test('a process says how many runs it has, and that it drains', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory }, drainSeconds: 30 })
  expect(agentic.health()).toMatchObject({ status: 'starting', running: 0, lastHeartbeatAt: null })
  await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  expect(agentic.health()).toMatchObject({ status: 'ok', running: 1 })
  expect(agentic.health().lastHeartbeatAt).toBeTypeOf('number')
  const closing = agentic.close()
  expect(agentic.health()).toMatchObject({ status: 'draining', running: 1 })
  held.releaseAll()
  await closing
  expect(agentic.health()).toMatchObject({ status: 'draining', running: 0 })
})

test('a close that is told to be done now cuts a drain short and gives its run back', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const agentic = instance({ database, agents, drainSeconds: 86_400 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  const draining = agentic.close()
  await agentic.close({ now: true })
  await draining
  const next = instance({ database, concurrency: 0 })
  expect(await next.runs.get({ owner, id })).toMatchObject({ status: 'pending', attempt: 1 })
})

/** Ends of one queue. Whoever listens first gets every call. */
function brokerThatCallsOne(): () => Queue {
  let work: Work | undefined
  return () => ({
    async wake(runId) {
      void work?.({ runId, times: 1 })
    },
    async listen(listener) {
      work ??= listener
    },
    async close() {},
  })
}
