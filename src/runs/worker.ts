import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import type { ModelProviderLike } from '../core/options.ts'
import { renewLeases, wantedCancels } from '../store/leases.ts'
import { beat, removeWorker } from '../store/workers.ts'
import { Attempt } from './attempt.ts'
import { claim, claimNext, isAnyClaimable, type Claim } from './claim.ts'
import { announce, type Place, type Runtime } from './runtime.ts'
import { settle } from './settle.ts'
import { remindLanes, sweep, warnOfStrangers } from './sweep.ts'

/**
 * Claims and executes runs.
 *
 *   idle → working (start: row, heartbeat, sweeper, queue) → draining (no more claims, attempts stop at their next
 *   model call) → closed (leases released, timers gone)
 *
 * One statement renews the leases of all its attempts. What it does not get back it has lost.
 */
export class Worker {
  readonly id = uuidv7()
  readonly #runtime: Runtime
  readonly #attempts = new Map<string, Attempt>()
  readonly #working = new Set<Promise<void>>()
  readonly #timers: NodeJS.Timeout[] = []
  #stopWatching: () => void = () => {}
  #provider: Promise<ModelProviderLike | null> | undefined
  #isDraining = false
  #isSweeping = false
  /** How often the queue called, and how often it had when it was last asked to by a sweep. */
  #called = 0
  #calledBefore: number | null = null

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  async start(): Promise<void> {
    const { config, queue, database } = this.#runtime
    await this.#beat([])
    await queue.listen(async () => {
      this.#called += 1
      return this.#work()
    }, config.concurrency)
    this.#timers.push(setInterval(() => void this.#heartbeat(), config.heartbeatMs).unref())
    this.#timers.push(setInterval(() => void this.#sweep(), config.sweepMs).unref())
    this.#stopWatching = database.onExternalChange(() => void this.#look())
    this.#runtime.reserve = () => this.#reserve()
    await this.#sweep({ isFirst: true })
  }

  /** Stops claiming, lets calls in flight finish up to the deadline, gives every run back. */
  async drain(): Promise<void> {
    const { queue, config } = this.#runtime
    this.#isDraining = true
    await queue.close().catch((error: unknown) => this.#complain(error, 'the queue did not close'))
    this.#stopWatching()
    for (const attempt of this.#attempts.values()) attempt.drain()
    const deadline = new AbortController()
    await Promise.race([
      this.#idle(),
      delay(config.drainMs, undefined, { signal: deadline.signal }).catch(() => {}),
    ])
    deadline.abort()
    await this.#abandonRest()
    for (const timer of this.#timers) clearInterval(timer)
    await this.#runtime.database
      .write(async (executor) => removeWorker(executor, { id: this.id }))
      .catch((error: unknown) => this.#complain(error, 'the worker row could not be removed'))
  }

  async #idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  /** Calls that did not end in time: their runs go to another worker now rather than when the lease ends. */
  async #abandonRest(): Promise<void> {
    for (const attempt of this.#attempts.values()) {
      const error = new Error('the worker drained')
      await settle(this.#runtime, attempt, { kind: 'threw', error }).catch((cause: unknown) =>
        this.#complain(cause, 'a run could not be given back; its lease will expire'),
      )
      attempt.journal.latch.set({ kind: 'lost' })
    }
    await this.#idle()
  }

  /** A submit in this process can claim in its own transaction: one commit and one wake-up less. */
  #reserve(): Place | null {
    const start = this.#isDraining ? null : (this.#runtime.queue.admit?.() ?? null)
    if (start === null) return null
    // A drain waits for the place: what is claimed for it is given back too.
    const place = Promise.withResolvers<void>()
    void this.#track(place.promise)
    return {
      claim: async (executor) =>
        this.#isDraining ? null : claim(this.#runtime, executor, this.id),
      run: (claimed) => {
        if (claimed === null) place.resolve()
        else place.resolve(this.#begin(claimed))
        start(claimed === null ? null : async () => place.promise)
      },
    }
  }

  async #begin(claimed: Claim): Promise<void> {
    // Others can begin while this one runs.
    if (claimed.more) this.#callAnother()
    await this.#execute(claimed)
  }

  async #track(working: Promise<void>): Promise<void> {
    this.#working.add(working)
    await working
    this.#working.delete(working)
  }

  /** One claim and its execution. Never rejects. Others are called, so there is nothing more to ask the caller for. */
  async #work(): Promise<boolean> {
    if (this.#isDraining) return false
    await this.#track(this.#claimAndExecute())
    return false
  }

  async #claimAndExecute(): Promise<void> {
    try {
      const claimed = await this.#claim()
      if (claimed !== null) await this.#begin(claimed)
    } catch (error) {
      this.#complain(error, 'a run could not be claimed; the sweeper tries again')
    }
  }

  async #claim(): Promise<Claim | null> {
    const { fresh } = this.#runtime
    const isFresh = fresh.count > 0
    if (isFresh) fresh.count -= 1
    else if (!(await isAnyClaimable(this.#runtime))) return null
    const claimed = await claimNext(this.#runtime, this.id)
    // Whatever was made claimable since has woken somebody, who looks first.
    if (claimed === null) fresh.count = 0
    return claimed
  }

  #callAnother(): void {
    this.#runtime.fresh.count += 1
    this.#call()
  }

  /** Wakes through the queue; one that refuses is done without. */
  #call(): void {
    const { queue, config } = this.#runtime
    queue.wake('').catch((error: unknown) => {
      this.#complain(error, 'the queue refuses to wake anybody; this worker goes on without it')
      if (this.#working.size < config.concurrency) void this.#work()
    })
  }

  async #execute(claim: Claim): Promise<void> {
    const runtime = this.#runtime
    const { id } = claim.run
    const attempt = new Attempt(runtime, claim)
    // It was recovered while an attempt of ours stood still: that one is over.
    this.#attempts.get(id)?.journal.latch.set({ kind: 'lost' })
    this.#attempts.set(id, attempt)
    runtime.attempts.set(id, attempt)
    announce(runtime, claim.run.owner, claim.events)
    if (claim.attempt === 1) runtime.listeners.emit('run.started', { run: claim.run })
    if (claim.run.cancelRequestedAt !== null) attempt.requestCancel()
    if (this.#isDraining) attempt.drain()
    try {
      const outcome = await attempt.execute(async () => this.#modelProvider())
      await settle(runtime, attempt, outcome)
    } catch (error) {
      this.#complain(error, 'the end of an attempt could not be written; the run will be recovered')
    } finally {
      if (this.#attempts.get(id) === attempt) this.#attempts.delete(id)
      if (runtime.attempts.get(id) === attempt) runtime.attempts.delete(id)
      void attempt.cleanUp()
    }
  }

  async #modelProvider(): Promise<ModelProviderLike | null> {
    const { modelProvider } = this.#runtime.config
    this.#provider ??= Promise.resolve(
      typeof modelProvider === 'function' ? modelProvider() : (modelProvider ?? null),
    )
    try {
      return await this.#provider
    } catch (error) {
      this.#provider = undefined
      throw error
    }
  }

  async #heartbeat(): Promise<void> {
    try {
      // Those known before the statement: what is claimed meanwhile is not missed in its answer.
      const known = [...this.#attempts].filter(([, attempt]) => !attempt.isGivenUp)
      const attempts = known.map(([id, { claim }]) => ({ id, attempt: claim.attempt }))
      const held = new Map((await this.#beat(attempts)).map((run) => [run.id, run]))
      for (const [id, attempt] of known) {
        const run = held.get(id)
        if (run?.attempt !== attempt.claim.attempt) attempt.journal.latch.set({ kind: 'lost' })
        else {
          attempt.renewLease()
          if (run.cancel_requested_at !== null) attempt.requestCancel()
        }
      }
    } catch (error) {
      this.#complain(error, 'a heartbeat failed; it is tried again')
    }
  }

  async #beat(attempts: { id: string; attempt: number }[]) {
    const { database, config } = this.#runtime
    const row = { id: this.id, host: hostname(), pid: process.pid, concurrency: config.concurrency }
    return database.write(async (executor) => {
      await beat(executor, row)
      return renewLeases(executor, { workerId: this.id, leaseMs: config.leaseMs, attempts })
    })
  }

  async #sweep({ isFirst = false } = {}): Promise<void> {
    if (this.#isSweeping || this.#isDraining) return
    this.#isSweeping = true
    try {
      // After a stall of the event loop our own leases may look expired: first they are renewed.
      if ([...this.#attempts.values()].some((attempt) => attempt.isLeaseOver)) {
        await this.#heartbeat()
      }
      // Limits change when a process starts with others: only then lanes are looked for that were given up.
      if (isFirst) await remindLanes(this.#runtime)
      if (isFirst) await warnOfStrangers(this.#runtime)
      await this.#goOnWithoutQueue()
      await this.#look()
      await sweep(this.#runtime)
    } catch (error) {
      this.#complain(error, 'a sweep failed; it is tried again')
    } finally {
      this.#isSweeping = false
    }
  }

  /** A queue that did not call anybody since the last sweep, though a run waits and a place is free, is deaf. */
  async #goOnWithoutQueue(): Promise<void> {
    const isDeaf = this.#called === this.#calledBefore
    this.#calledBefore = this.#called
    const free = this.#runtime.config.concurrency - this.#working.size
    if (!isDeaf || free <= 0 || !(await isAnyClaimable(this.#runtime))) return
    for (let n = 0; n < free; n += 1) void this.#work()
  }

  /** Something may have changed: look for cancels of what is running here, and for runs to claim. */
  async #look(): Promise<void> {
    if (this.#isDraining) return
    try {
      if (this.#attempts.size > 0) {
        const ids = await this.#runtime.database.read(async (executor) =>
          wantedCancels(executor, { workerId: this.id }),
        )
        for (const id of ids) this.#attempts.get(id)?.requestCancel()
      }
      this.#call()
    } catch (error) {
      this.#complain(error, 'a look at the table failed; it is tried again')
    }
  }

  #complain(error: unknown, message: string): void {
    this.#runtime.config.logger.warn({ error, worker: this.id }, message)
  }
}
