import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Queue } from '../core/queue.ts'
import { Calls, listening, until } from './calls.ts'
import type { QueueContract } from './queue-contract.ts'

/** What is asked besides of a queue that several processes share. */
export function sharedQueueContract({ test, create, lose }: QueueContract): void {
  const withQueues = async (count: number, work: (...queues: Queue[]) => Promise<void>) => {
    const name = `test-${randomUUID()}`
    const queues = await Promise.all(Array.from({ length: count }, async () => create(name)))
    try {
      if (queues[0]?.local !== true) await work(...queues)
    } finally {
      await Promise.all(queues.map(async (queue) => queue.close()))
    }
  }

  test('a wake-up in one process leads to a call in another', async () => {
    await withQueues(2, async (here, there) => {
      const calls = new Calls()
      await there?.listen(calls.work, listening(1))
      await here?.wake('run-1')
      await calls.reach(1)
    })
  })

  test('what a process that is gone has woken is delivered', async () => {
    await withQueues(2, async (here, there) => {
      await here?.wake('run-1')
      await here?.close()
      const calls = new Calls()
      await there?.listen(calls.work, listening(1))
      await calls.reach(1)
    })
  })

  test('of many wake-ups each leads to a call in one of several processes', async () => {
    await withQueues(3, async (here, ...others) => {
      const calls = others.map(() => new Calls())
      await Promise.all(others.map(async (queue, n) => queue.listen(calls[n]!.work, listening(4))))
      const ids = Array.from({ length: 100 }, (_, n) => `run-${n}`)
      await Promise.all(ids.map(async (id) => here?.wake(id)))
      const called = () => calls.flatMap(({ deliveries }) => deliveries)
      await until(
        () => called().length >= ids.length,
        () => `of ${ids.length} wake-ups ${called().length} led to a call`,
      )
      const named = called().map(({ runId }) => runId)
      if (!named.includes('')) assert.deepEqual(new Set(named), new Set(ids))
    })
  })

  test('one that stops can still wake others', async () => {
    await withQueues(2, async (here, there) => {
      if (here?.stop === undefined) return
      await here.listen(new Calls().work, listening(1))
      await here.stop()
      const calls = new Calls()
      await there?.listen(calls.work, listening(1))
      await here.wake('run-1')
      await calls.reach(1)
    })
  })

  if (lose === undefined) return
  test('what a lost worker was called for is delivered again, and says so', async () => {
    const name = `test-${randomUUID()}`
    const leaseMs = 1_000
    const queue = await create(name)
    try {
      await queue.wake('run-1')
      await lose(name, leaseMs)
      const calls = new Calls()
      await queue.listen(calls.work, { ...listening(2), leaseMs })
      await until(
        () => calls.deliveries.some(({ times }) => times > 1),
        () => 'it was not delivered again',
      )
    } finally {
      await queue.close()
    }
  })
}
