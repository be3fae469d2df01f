import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Queue } from '../core/queue.ts'

export interface QueueContract {
  /** The test function of any runner: vitest's, node:test's, jest's. */
  test: (name: string, run: () => Promise<void>) => unknown
  /** A queue of its own for each test. */
  create: () => Queue | Promise<Queue>
}

/**
 * What every queue must do. The rows are the truth and a message only wakes, so little is asked: that a wake-up leads
 * to a call, that there are never more calls at once than allowed, and that closing ends it.
 *
 * @example
 * import { test } from 'node:test'
 * queueContract({ test, create: () => myQueue() })
 */
export function queueContract({ test, create }: QueueContract): void {
  test('a wake-up leads to a call', async () => {
    await withQueue(create, async (queue) => {
      const calls = new Calls()
      await queue.listen(calls.work, 1)
      await queue.wake('run-1')
      await calls.reach(1)
    })
  })

  test('a wake-up while every place is taken is not lost', async () => {
    await withQueue(create, async (queue) => {
      const calls = new Calls()
      await queue.listen(calls.work, 1)
      calls.hold()
      const first = queue.wake('run-1')
      await calls.reach(1)
      const second = queue.wake('run-2')
      calls.release()
      await Promise.all([first, second])
      await calls.reach(2)
    })
  })

  test('there are never more calls at once than allowed', async () => {
    await withQueue(create, async (queue) => {
      // An inline queue works in its callers' own time: they bound it.
      if (queue.inline === true) return
      const calls = new Calls()
      await queue.listen(calls.work, 3)
      calls.hold()
      const wakes = Array.from({ length: 20 }, async (_, n) => queue.wake(`run-${n}`))
      await calls.reach(3)
      await delay(50)
      assert.equal(calls.count, 3)
      calls.release()
      await Promise.all(wakes)
      assert.equal(calls.most, 3)
    })
  })

  test('a call that says that more waits is followed by another', async () => {
    await withQueue(create, async (queue) => {
      const calls = new Calls()
      calls.more = 4
      await queue.listen(calls.work, 2)
      await queue.wake('run-1')
      await calls.reach(5)
    })
  })

  test('repeated wake-ups and wake-ups for nothing do no harm', async () => {
    await withQueue(create, async (queue) => {
      const calls = new Calls()
      await queue.listen(calls.work, 2)
      for (let n = 0; n < 10; n += 1) await queue.wake('run-1')
      await queue.wake('')
      await queue.wake('no such run')
      await calls.reach(1)
    })
  })

  test('after close nobody is called, and calls under way go on', async () => {
    await withQueue(create, async (queue) => {
      const calls = new Calls()
      await queue.listen(calls.work, 2)
      calls.hold()
      const first = queue.wake('run-1')
      await calls.reach(1)
      await queue.close()
      await queue.close()
      // Whether it is refused or ignored is the queue's own affair.
      await queue.wake('run-2').catch(() => {})
      calls.release()
      await first
      await delay(50)
      assert.equal(calls.count, 1)
      assert.equal(calls.ended, 1)
    })
  })
}

async function withQueue(
  create: QueueContract['create'],
  work: (queue: Queue) => Promise<void>,
): Promise<void> {
  const queue = await create()
  try {
    await work(queue)
  } finally {
    await queue.close()
  }
}

/** Work that counts, and that can be held. */
class Calls {
  count = 0
  ended = 0
  most = 0
  /** How many more calls say that there is more. */
  more = 0
  #gate: PromiseWithResolvers<void> | undefined

  hold(): void {
    this.#gate = Promise.withResolvers()
  }

  release(): void {
    this.#gate?.resolve()
    this.#gate = undefined
  }

  readonly work = async (): Promise<boolean> => {
    this.count += 1
    this.most = Math.max(this.most, this.count - this.ended)
    await this.#gate?.promise
    this.ended += 1
    this.more -= 1
    return this.more >= 0
  }

  /** Resolves when there were so many calls. */
  async reach(count: number): Promise<void> {
    for (let n = 0; this.count < count; n += 1) {
      assert.ok(n < 1000, `there were ${this.count} calls, not ${count}`)
      await delay(10)
    }
  }
}
