import { setTimeout as delay } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import { CleanupSchedule } from '../cleanup/schedule.ts'
import { leavesAgents } from '../core/config.ts'
import type { Delivery } from '../core/queue.ts'
import { removeWorker } from '../store/workers.ts'
import { Attempts } from './attempts.ts'
import { isAnyClaimable } from './claim.ts'
import { Intake } from './intake.ts'
import { Outage } from './outage.ts'
import type { Runtime } from './runtime.ts'
import { remindLanes, sweep, warnOfStrangers } from './sweep.ts'

/** A claim that takes longer is one of a database that does not answer. */
const claimMs = 1_000

/**
 * Claims and executes runs.
 *
 *   idle → working (start: row, heartbeat, sweeper, queue) → draining (no more claims, attempts stop at their next
 *   model call) → closed (leases released, timers gone)
 */
export class Worker {
  readonly id = uuidv7()
  readonly #runtime: Runtime
  readonly #attempts: Attempts
  readonly #intake: Intake
  readonly #trouble: Outage
  readonly #timers: NodeJS.Timeout[] = []
  #cleanup: CleanupSchedule | undefined
  #stopWatching: () => void = () => {}
  #isDraining = false
  #isSweeping = false
  #isLooking = false
  /** Something was announced since the last look began. */
  #looksWanted = false
  /** How often the queue had called at the last sweep. */
  #callsBefore: number | null = null

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#attempts = new Attempts(runtime, this.id)
    this.#intake = new Intake(runtime, this.id, this.#attempts)
    this.#trouble = new Outage(
      runtime.config.logger,
      'the queue has trouble; until it is over runs are found by the sweeper',
    )
  }

  async start(): Promise<void> {
    const { config, queue, database } = this.#runtime
    const { concurrency, leaseMs, heartbeatMs, sweepMs } = config
    await this.#attempts.register()
    const trouble = (error: unknown) => this.#trouble.failed(error)
    const work = async (delivery: Delivery) => this.#intake.deliver(delivery)
    await queue.listen(work, { concurrency, leaseMs, trouble })
    this.#timers.push(setInterval(() => void this.#attempts.heartbeat(), heartbeatMs).unref())
    this.#timers.push(setInterval(() => void this.#sweep(), sweepMs).unref())
    this.#stopWatching = database.onExternalChange(({ work: isWork }) => {
      if (isWork) void this.#lookOutside()
    })
    this.#runtime.reserve = () => this.#intake.reserve()
    await this.#sweep({ isFirst: true })
    const { everyHours, ...policy } = config.cleanup
    if (everyHours === undefined) return
    const setting = { ...policy, everyHours }
    const { logger } = config
    this.#cleanup = new CleanupSchedule({ database, setting, logger, actor: `worker:${this.id}` })
  }

  get state(): { running: number; beatAgeMs: number | null } {
    return { running: this.#attempts.size, beatAgeMs: this.#attempts.beatAgeMs }
  }

  /** Stops claiming, lets calls in flight finish up to the deadline or until `hurry`, gives every run back. */
  async drain(hurry: AbortSignal): Promise<void> {
    const { config, database } = this.#runtime
    this.#isDraining = true
    const { size: running } = this.#attempts
    config.logger.info({ worker: this.id, running }, 'a worker drains')
    const claimed = this.#intake.end()
    this.#stopListening()
    this.#stopWatching()
    this.#attempts.drain()
    const cleaned = this.#cleanup?.end()
    const idle = new AbortController()
    const signal = AbortSignal.any([idle.signal, hurry])
    const deadline = delay(config.drainMs, undefined, { signal }).catch(() => {})
    await Promise.race([this.#intake.idle(), deadline])
    idle.abort()
    // A claim under way would take back what is given back now.
    await Promise.race([claimed, delay(claimMs, undefined, { ref: false })])
    await this.#attempts.abandon()
    await this.#intake.idle()
    for (const timer of this.#timers) clearInterval(timer)
    await cleaned
    await database
      .write(async (executor) => removeWorker(executor, { id: this.id }))
      .catch((error: unknown) => this.#complain(error, 'the worker row could not be removed'))
    config.logger.info({ worker: this.id }, 'a worker has drained')
  }

  /** Not waited for: nothing is claimed any more, whatever the queue does. */
  #stopListening(): void {
    const { queue } = this.#runtime
    const stopped = queue.stop === undefined ? queue.close() : queue.stop()
    stopped.catch((error: unknown) => this.#complain(error, 'the queue did not stop'))
  }

  async #sweep({ isFirst = false } = {}): Promise<void> {
    if (this.#isSweeping || this.#isDraining) return
    this.#isSweeping = true
    try {
      await this.#attempts.renewIfOver()
      // Limits change when a process starts with others: only then lanes are looked for that were given up.
      if (isFirst) await remindLanes(this.#runtime)
      if (isFirst) await warnOfStrangers(this.#runtime)
      await this.#attempts.obeyCancels()
      await this.#seeToWaiting()
      await sweep(this.#runtime)
    } catch (error) {
      // One that the end of this worker overtakes is left to others.
      if (!this.#isDraining) this.#complain(error, 'a sweep failed; it is tried again')
    } finally {
      this.#isSweeping = false
    }
  }

  /** For runs nobody was called for. A queue that has called nobody since the last sweep is deaf: not waited for. */
  async #seeToWaiting(): Promise<void> {
    const isDeaf = this.#intake.calls === this.#callsBefore
    this.#callsBefore = this.#intake.calls
    if (!(await this.#couldClaim())) return
    if (isDeaf) this.#intake.goOnAlone()
    this.#intake.call()
  }

  /** Another process changed something: a cancel of what runs here, or a run that this process has to find by itself. */
  async #lookOutside(): Promise<void> {
    this.#looksWanted = true
    if (this.#isLooking) return
    this.#isLooking = true
    while (this.#looksWanted && !this.#isDraining) {
      this.#looksWanted = false
      await this.#lookOnce()
    }
    this.#isLooking = false
  }

  async #lookOnce(): Promise<void> {
    try {
      await this.#attempts.obeyCancels()
      const { queue, config } = this.#runtime
      if (queue.local === true && (await this.#couldClaim())) this.#intake.call()
      // Another call of the broker's might again be for a worker that leaves this agent to us.
      else if (leavesAgents(config) && (await this.#couldClaim())) this.#intake.goOnAlone()
    } catch (error) {
      if (!this.#isDraining) this.#complain(error, 'a look at the table failed; it is tried again')
    }
  }

  /** A queue of this process remembers a call until a place is free; a broker has calls for somebody who has one now. */
  async #couldClaim(): Promise<boolean> {
    if (!this.#intake.hasPlace && this.#runtime.queue.local !== true) return false
    return isAnyClaimable(this.#runtime)
  }

  #complain(error: unknown, message: string): void {
    this.#runtime.config.logger.warn({ error, worker: this.id }, message)
  }
}
