import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Delivery, ListenOptions } from '../core/queue.ts'

/** Work that counts, and that can be held. */
export class Calls {
  readonly deliveries: Delivery[] = []
  ended = 0
  most = 0
  /** What the next calls answer; then they say that they are done. */
  readonly answers: Answer[] = []
  #gate: PromiseWithResolvers<void> | undefined

  get count(): number {
    return this.deliveries.length
  }

  hold(): void {
    this.#gate = Promise.withResolvers()
  }

  release(): void {
    this.#gate?.resolve()
    this.#gate = undefined
  }

  readonly work = async (delivery: Delivery): Promise<Answer> => {
    this.deliveries.push(delivery)
    this.most = Math.max(this.most, this.count - this.ended)
    await this.#gate?.promise
    this.ended += 1
    return this.answers.shift() ?? { againMs: null }
  }

  /** Resolves when there were so many calls. */
  async reach(count: number): Promise<void> {
    await until(
      () => this.count >= count,
      () => `there were ${this.count} calls, not ${count}`,
    )
  }
}

export function listening(concurrency: number): ListenOptions {
  return { concurrency, leaseMs: 3_000, trouble: () => {} }
}

export async function until(isSo: () => boolean, complaint: () => string): Promise<void> {
  for (let n = 0; !isSo(); n += 1) {
    assert.ok(n < 6000, complaint())
    await delay(10)
  }
}
