import type { Queue } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance } from '../support/instance.ts'
import { until } from '../support/sql.ts'

const owner = 'ada'
const refuse = async () => {
  throw new Error('the broker is gone')
}
const silent = { info() {}, warn() {}, error() {} }
const lease = { sweepSeconds: 0.05 }

test.each<[string, () => Partial<Queue>]>([
  ['refuses to be woken', () => ({ wake: refuse })],
  ['loses every wake-up', () => ({ wake: async () => {} })],
  ['refuses to close', () => ({ wake: refuse, close: refuse })],
])('with a queue that %s every run is executed by the sweeper', async (_what, broken) => {
  const nothing = async () => {}
  const queue: Queue = { wake: nothing, listen: nothing, close: nothing, ...broken() }
  const agentic = instance({ queue, lease, logger: silent })
  const ids = []
  for (const session of ['a', 'b', 'c']) {
    ids.push((await agentic.runs.submit({ owner, session, input: 'Hi' })).id)
  }
  for (const id of ids) {
    expect(await agentic.runs.wait({ owner, id })).toMatchObject({
      status: 'completed',
      attempt: 1,
    })
  }
})

test('with a queue that refuses everything no more run at once than allowed', async () => {
  const held = new HeldAgent()
  const queue: Queue = { wake: refuse, listen: async () => {}, close: async () => {} }
  const agents = { assistant: held.factory }
  const agentic = instance({ queue, lease, agents, concurrency: 2, logger: silent })
  for (const session of ['a', 'b', 'c', 'd']) {
    await agentic.runs.submit({ owner, session, input: session })
  }
  await until(() => held.asked.length === 2)
  const sweeps = agentic.runs.submit({ owner, session: 'e', input: 'e' })
  await sweeps
  await expect(
    until(() => held.asked.length > 2, 300).then(() => 'more than two'),
  ).rejects.toThrow()
  held.releaseAll()
  await until(() => held.asked.length === 5)
})

test('with the inline queue a submit returns the end', async () => {
  const agentic = instance({ queue: 'inline' })
  const run = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', isNew: true })
})

test('with the inline queue submits at the same time each return their own end', async () => {
  const agentic = instance({ queue: 'inline' })
  const submits = Array.from({ length: 8 }, async (_, n) =>
    agentic.runs.submit({ owner, session: `s${n % 3}`, input: `run ${n}` }),
  )
  const runs = await Promise.all(submits)
  expect(runs.map((run) => run.status)).toEqual(Array(8).fill('completed'))
  expect(runs.map((run) => run.input)).toEqual(runs.map((_, n) => `run ${n}`))
})
