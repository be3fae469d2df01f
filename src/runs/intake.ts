import { leavesAgents } from '../core/config.ts'
import type { Answer, Delivery } from '../core/queue.ts'
import type { Attempts } from './attempts.ts'
import { insertBegun } from './begin.ts'
import type { Claim } from './claim.ts'
import { Claims } from './claims.ts'
import { Places, type Taken } from './places.ts'
import { recoverExpired } from './recover.ts'
import type { Place, Runtime } from './runtime.ts'

/** A wake-up that comes back so often, and never for a lost run, is let go: the sweeper is left. */
const mostDeliveries = 10
/** How soon a call comes again that could claim nothing but what somebody else holds for long; it counts as delivered. */
const passedOverMs = 1_000

/**
 * How runs come into a worker: the queue calls, a submit begins one in its own transaction, or the sweeper finds a
 * queue that does not call. Each takes a place, claims whoever's turn it is, and executes.
 */
export class Intake {
  readonly #runtime: Runtime
  readonly #workerId: string
  readonly #attempts: Attempts
  readonly #claims: Claims
  readonly #places: Places
  readonly #working = new Set<Promise<unknown>>()
  #isOver = false
  #calls = 0

  constructor(runtime: Runtime, workerId: string, attempts: Attempts) {
    const { config, queue } = runtime
    this.#runtime = runtime
    this.#workerId = workerId
    this.#attempts = attempts
    this.#claims = new Claims(runtime, workerId)
    // Runs that execute in their callers' own time are bounded by the callers; one may wait for another.
    this.#places = new Places(queue.inline === true ? Infinity : config.concurrency)
  }

  /** How often the queue has called. */
  get calls(): number {
    return this.#calls
  }

  get hasPlace(): boolean {
    return this.#places.free > 0
  }

  /** Nothing is claimed any more, what was goes on; resolves when that is certain. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.#claims.end()
  }

  /** Resolves when nothing is executed here. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  /** The queue calls: one claim and its execution. */
  async deliver(delivery: Delivery): Promise<Answer> {
    this.#calls += 1
    const place = await this.#places.take()
    if (this.#isOver) {
      place.giveBack()
      // For somebody else, and now.
      return { againMs: 0 }
    }
    return this.#track(this.#answer(delivery, place))
  }

  async #answer({ runId, times }: Delivery, place: Taken): Promise<Answer> {
    const { config, database } = this.#runtime
    const { leaseMs, heartbeatMs } = config
    try {
      const isBack = times > 1
      const recovered = isBack ? await recoverExpired(this.#runtime) : 0
      const claimed = await this.#claims.next()
      // Besides a wake-up for one run there are others for others; one for whatever waits leads to the next.
      if (typeof claimed === 'object') await this.#begin(claimed, { calls: runId === '' })
      // It may have been for an agent that is left to other workers: those look when they hear of it.
      else if (leavesAgents(config)) database.announce({ run: '', work: true })
      // Whoever holds it may wake nobody when it is done, as an app does whose transaction is rolled back.
      if (claimed === 'passed over') return { againMs: passedOverMs }
      // The lease of who was lost may not have been over yet: one lease later it is.
      const isEarly = isBack && recovered === 0 && times < mostDeliveries
      return { againMs: isEarly ? leaseMs : null }
    } catch (error) {
      this.#complain(error)
      return { againMs: heartbeatMs }
    } finally {
      place.giveBack()
    }
  }

  /** A submit in this process can begin its run in its own transaction: one commit and one wake-up less. */
  reserve(): Place | null {
    if (this.#isOver || this.#runtime.queue.admit === undefined) return null
    const taken = this.#places.tryTake()
    if (taken === null) return null
    const start = this.#runtime.queue.admit()
    if (start === null) {
      taken.giveBack()
      return null
    }
    // A drain waits for the place: what is claimed for it is given back too.
    const place = Promise.withResolvers<void>()
    const ended = this.#track(place.promise.finally(() => taken.giveBack()))
    return {
      insert: async (executor, values) =>
        this.#isOver ? null : insertBegun(this.#runtime, executor, this.#workerId, values),
      run: (claimed) => {
        if (claimed === null) place.resolve()
        else place.resolve(this.#begin(claimed, { calls: true }))
        start(claimed === null ? null : async () => ended)
      },
    }
  }

  /** Wakes somebody for whatever waits; a queue that refuses is done without. */
  call(): void {
    const { queue, outage } = this.#runtime
    queue.wake('').then(
      () => outage.worked(),
      (error: unknown) => {
        outage.failed(error)
        void this.#workAlone()
      },
    )
  }

  /** Does without the queue, on every place that is free, until nothing waits. */
  goOnAlone(): void {
    const { concurrency } = this.#runtime.config
    for (let n = Math.min(this.#places.free, concurrency); n > 0; n -= 1) void this.#workAlone()
  }

  async #workAlone(): Promise<void> {
    const place = this.#places.tryTake()
    if (place !== null) await this.#track(this.#workOn(place))
  }

  async #workOn(place: Taken): Promise<void> {
    try {
      for (;;) {
        const claimed = await this.#claims.next()
        if (typeof claimed !== 'object') return
        await this.#begin(claimed, { calls: false })
      }
    } catch (error) {
      this.#complain(error)
    } finally {
      place.giveBack()
    }
  }

  async #begin(claimed: Claim, { calls }: { calls: boolean }): Promise<void> {
    // Others can begin while this one runs.
    if (calls && claimed.more) this.call()
    await this.#attempts.execute(claimed)
  }

  async #track<T>(working: Promise<T>): Promise<T> {
    this.#working.add(working)
    try {
      return await working
    } finally {
      this.#working.delete(working)
    }
  }

  #complain(error: unknown): void {
    const { logger } = this.#runtime.config
    logger.warn({ error, worker: this.#workerId }, 'a run could not be claimed; it is tried again')
  }
}
