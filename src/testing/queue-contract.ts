import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Queue } from '../core/queue.ts'
import { Calls, listening, until } from './calls.ts'
import { sharedQueueContract } from './shared-queue-contract.ts'

export interface QueueContract {
  /** The test function of any runner: vitest's, node:test's, jest's. */
  test: (name: string, run: () => Promise<void>) => unknown
  /**
   * A queue of this name, which no other test uses. Two of one name are as in two processes; a queue that ends with
   * its process needs no name.
   */
  create: (name: string) => Queue | Promise<Queue>
  /**
   * Starts a process that listens with this lease to the queue of this name, kills it (SIGKILL) while it is called,
   * and resolves. Without it redelivery is not tested.
   */
  lose?: (name: string, leaseMs: number) => Promise<void>
}

/**
 * What every queue must do. The rows are the truth and a message only wakes, so little is asked: that a wake-up leads
 * to a call, that there are never more calls at once than allowed, that what a lost worker was called for is delivered
 * again, and that closing ends it.
 *
 * @example
 * import { test } from 'node:test'
 * queueContract({ test, create: (name) => myQueue({ name }) })
 */
export function queueContract(contract: QueueContract): void {
  const { test } = contract
  const withQueue = (work: (queue: Queue, calls: Calls) => Promise<void>) => async () =>
    using(contract, work)

  test(
    'a wake-up leads to a call',
    withQueue(async (queue, calls) => {
      await queue.listen(calls.work, listening(1))
      await queue.wake('run-1')
      await calls.reach(1)
      assert.equal(calls.deliveries[0]?.times, 1)
      assert.ok(['run-1', ''].includes(calls.deliveries[0]?.runId ?? '?'))
    }),
  )

  test(
    'a wake-up while every place is taken is not lost',
    withQueue(async (queue, calls) => {
      await queue.listen(calls.work, listening(1))
      calls.hold()
      const first = queue.wake('run-1')
      await calls.reach(1)
      const second = queue.wake('run-2')
      calls.release()
      await Promise.all([first, second])
      await calls.reach(2)
    }),
  )

  test(
    'a wake-up for a run while it was called for is not lost',
    withQueue(async (queue, calls) => {
      await queue.listen(calls.work, listening(2))
      calls.hold()
      const first = queue.wake('run-1')
      await calls.reach(1)
      const second = queue.wake('run-1')
      await calls.reach(2)
      calls.release()
      await Promise.all([first, second])
    }),
  )

  test(
    'there are never more calls at once than allowed',
    withQueue(async (queue, calls) => {
      // An inline queue works in its callers' own time: they bound it.
      if (queue.inline === true) return
      await queue.listen(calls.work, listening(3))
      calls.hold()
      const wakes = Array.from({ length: 20 }, async (_, n) => queue.wake(`run-${n}`))
      await calls.reach(3)
      await delay(50)
      assert.equal(calls.count, 3)
      calls.release()
      await Promise.all(wakes)
      await until(
        () => calls.count === calls.ended,
        () => 'calls did not end',
      )
      assert.equal(calls.most, 3)
    }),
  )

  test(
    'who asks for it is called again, later',
    withQueue(async (queue, calls) => {
      // An inline queue has nobody whose time it could use later.
      if (queue.inline === true) return
      calls.answers.push({ againMs: 100 })
      await queue.listen(calls.work, listening(1))
      const started = performance.now()
      await queue.wake('run-1')
      await calls.reach(2)
      assert.ok(performance.now() - started >= 90, 'it was called again at once')
      assert.equal(calls.deliveries[1]?.times, 2)
    }),
  )

  test(
    'what is woken before anybody listens is delivered when somebody does',
    withQueue(async (queue, calls) => {
      if (queue.inline === true) return
      await queue.wake('run-1')
      await queue.listen(calls.work, listening(1))
      await calls.reach(1)
    }),
  )

  test(
    'repeated wake-ups and wake-ups for nothing do no harm',
    withQueue(async (queue, calls) => {
      await queue.listen(calls.work, listening(2))
      await Promise.all(Array.from({ length: 10 }, async () => queue.wake('run-1')))
      await queue.wake('')
      await queue.wake('no such run')
      await calls.reach(1)
    }),
  )

  test(
    'when it has stopped nobody is called, and calls under way go on',
    withQueue(async (queue, calls) => {
      await queue.listen(calls.work, listening(2))
      calls.hold()
      const first = queue.wake('run-1')
      await calls.reach(1)
      const stopped = queue.stop === undefined ? queue.close() : queue.stop()
      if (queue.stop !== undefined) await stopped
      // Whether it is refused, ignored or kept for others is the queue's own affair.
      await queue.wake('run-2').catch(() => {})
      await delay(50)
      assert.equal(calls.count, 1)
      calls.release()
      await Promise.all([first, stopped])
      await queue.close()
      assert.equal(calls.count, 1)
      assert.equal(calls.ended, 1)
    }),
  )

  test('after close nothing is left', async () => {
    const before = sockets()
    await using(contract, async (queue, calls) => {
      await queue.listen(calls.work, listening(2))
      await queue.wake('run-1')
      await calls.reach(1)
      await queue.close()
      await queue.close()
    })
    await until(
      () => sockets() <= before,
      () => `${sockets() - before} connections are left open`,
    )
  })

  sharedQueueContract(contract)
}

async function using(
  { create }: QueueContract,
  work: (queue: Queue, calls: Calls) => Promise<void>,
): Promise<void> {
  const queue = await create(`test-${randomUUID()}`)
  const calls = new Calls()
  try {
    await work(queue, calls)
  } finally {
    calls.release()
    await queue.close()
  }
}

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
}
