import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import type { ModelProviderLike } from '../core/options.ts'
import { renewLeases, wantedCancels } from '../store/leases.ts'
import { beat, removeWorker } from '../store/workers.ts'
import { Attempt } from './attempt.ts'
import { claimNext, isAnyClaimable, type Claim } from './claim.ts'
import { announce, wake, type Runtime } from './runtime.ts'
import { settle } from './settle.ts'
import { sweep } from './sweep.ts'

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

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  async start(): Promise<void> {
    const { config, queue, database } = this.#runtime
    await this.#beat()
    await queue.listen(async () => this.#work(), config.concurrency)
    this.#timers.push(setInterval(() => void this.#heartbeat(), config.heartbeatMs).unref())
    this.#timers.push(setInterval(() => void this.#sweep(), config.sweepMs).unref())
    this.#stopWatching = database.onExternalChange(() => void this.#look())
    await this.#sweep()
  }

  /** Stops claiming, lets calls in flight finish up to the deadline, gives every run back. */
  async drain(): Promise<void> {
    const { queue, config } = this.#runtime
    this.#isDraining = true
    await queue.close()
    this.#stopWatching()
    for (const attempt of this.#attempts.values()) attempt.drain()
    const deadline = new AbortController()
    await Promise.race([
      Promise.all(this.#working),
      delay(config.drainMs, undefined, { signal: deadline.signal }).catch(() => {}),
    ])
    deadline.abort()
    await this.#abandonRest()
    for (const timer of this.#timers) clearInterval(timer)
    await this.#runtime.database
      .write(async (executor) => removeWorker(executor, { id: this.id }))
      .catch((error: unknown) => this.#complain(error, 'the worker row could not be removed'))
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
    await Promise.all(this.#working)
  }

  /** One claim and its execution; answers whether more may wait. Never rejects. */
  async #work(): Promise<boolean> {
    if (this.#isDraining) return false
    try {
      const claim = await this.#claim()
      if (claim === null) return false
      // Others can begin while this one runs.
      if (claim.more) wake(this.#runtime, claim.run.id)
      const working = this.#execute(claim)
      this.#working.add(working)
      await working.finally(() => this.#working.delete(working))
      return false
    } catch (error) {
      this.#complain(error, 'a run could not be claimed; the sweeper tries again')
      return false
    }
  }

  async #claim(): Promise<Claim | null> {
    const { fresh } = this.#runtime
    const isFresh = fresh.count > 0
    if (isFresh) fresh.count -= 1
    else if (!(await isAnyClaimable(this.#runtime))) return null
    return claimNext(this.#runtime, this.id)
  }

  async #execute(claim: Claim): Promise<void> {
    const runtime = this.#runtime
    const attempt = new Attempt(runtime, claim)
    this.#attempts.set(claim.run.id, attempt)
    runtime.attempts.set(claim.run.id, attempt)
    announce(runtime, claim.run.owner, claim.events)
    if (claim.attempt === 1) runtime.listeners.emit('run.started', { run: claim.run })
    if (claim.run.cancelRequestedAt !== null) attempt.requestCancel()
    try {
      const outcome = await attempt.execute(async () => this.#modelProvider())
      await settle(runtime, attempt, outcome)
    } catch (error) {
      this.#complain(error, 'the end of an attempt could not be written; the run will be recovered')
    } finally {
      this.#attempts.delete(claim.run.id)
      if (runtime.attempts.get(claim.run.id) === attempt) runtime.attempts.delete(claim.run.id)
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
      const known = [...this.#attempts]
      const held = new Map((await this.#beat()).map((run) => [run.id, run]))
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

  async #beat() {
    const { database, config } = this.#runtime
    const row = { id: this.id, host: hostname(), pid: process.pid, concurrency: config.concurrency }
    return database.write(async (executor) => {
      await beat(executor, row)
      return renewLeases(executor, { workerId: this.id, leaseMs: config.leaseMs })
    })
  }

  async #sweep(): Promise<void> {
    if (this.#isSweeping || this.#isDraining) return
    this.#isSweeping = true
    try {
      await this.#look()
      await sweep(this.#runtime)
    } catch (error) {
      this.#complain(error, 'a sweep failed; it is tried again')
    } finally {
      this.#isSweeping = false
    }
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
      await this.#runtime.queue.wake('')
    } catch (error) {
      this.#complain(error, 'a look at the table failed; it is tried again')
    }
  }

  #complain(error: unknown, message: string): void {
    this.#runtime.config.logger.warn({ error, worker: this.id }, message)
  }
}

