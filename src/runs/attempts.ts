import { hostname } from 'node:os'
import type { ModelProviderLike } from '../core/options.ts'
import { renewLease, wantedCancels } from '../store/leases.ts'
import { beat } from '../store/workers.ts'
import { errorTypeOf } from '../telemetry/error-type.ts'
import { Attempt } from './attempt.ts'
import type { Claim } from './claim.ts'
import { announce, type Runtime } from './runtime.ts'
import { settle } from './settle.ts'

/**
 * What one worker executes now. A heartbeat renews the lease of each of its attempts; what it does not get back it has
 * lost.
 */
export class Attempts {
  readonly #runtime: Runtime
  readonly #workerId: string
  readonly #attempts = new Map<string, Attempt>()
  #provider: Promise<ModelProviderLike | null> | undefined
  #isDraining = false
  #beatAt: number | null = null

  constructor(runtime: Runtime, workerId: string) {
    this.#runtime = runtime
    this.#workerId = workerId
  }

  get size(): number {
    return this.#attempts.size
  }

  /** The clock that counts is the one that nobody sets. Null before the first heartbeat. */
  get beatAgeMs(): number | null {
    return this.#beatAt === null ? null : performance.now() - this.#beatAt
  }

  /** Executes a claimed run and writes what became of it. Never rejects. */
  async execute(claim: Claim): Promise<void> {
    const runtime = this.#runtime
    const { id } = claim.run
    const attempt = new Attempt(runtime, claim)
    // It was recovered while an attempt of ours stood still: that one is over.
    this.#attempts.get(id)?.journal.latch.set({ kind: 'lost' })
    this.#attempts.set(id, attempt)
    runtime.attempts.set(id, attempt)
    announce(runtime, claim.run.owner, claim.events)
    if (claim.attempt === 1) this.#tellStart(claim)
    if (claim.run.cancelRequestedAt !== null) attempt.requestCancel()
    if (this.#isDraining) attempt.drain()
    try {
      const { trace } = claim
      const outcome = await trace.within(async () =>
        attempt.execute(async () => this.#modelProvider()),
      )
      await settle(runtime, attempt, outcome)
    } catch (error) {
      claim.trace.end({ kind: 'unsettled', errorType: errorTypeOf(error) })
      this.#complain(error, 'the end of an attempt could not be written; the run will be recovered')
    } finally {
      if (this.#attempts.get(id) === attempt) this.#attempts.delete(id)
      if (runtime.attempts.get(id) === attempt) runtime.attempts.delete(id)
      void attempt.cleanUp()
    }
  }

  /** Says that this worker is there; the first one must succeed. */
  async register(): Promise<void> {
    await this.#beat()
  }

  async heartbeat(): Promise<void> {
    try {
      const known = [...this.#attempts].filter(([, attempt]) => !attempt.isGivenUp)
      await Promise.all([
        this.#beat(),
        ...known.map(async ([id, attempt]) => this.#renew(id, attempt)),
      ])
    } catch (error) {
      this.#complain(error, 'a heartbeat failed; it is tried again')
    }
  }

  /** After a stall of the event loop our own leases may look expired: they are renewed before anybody recovers them. */
  async renewIfOver(): Promise<void> {
    if ([...this.#attempts.values()].some((attempt) => attempt.isLeaseOver)) await this.heartbeat()
  }

  /** Looks for cancels that another process wrote. */
  async obeyCancels(): Promise<void> {
    if (this.#attempts.size === 0) return
    const ids = await this.#runtime.database.read(async (executor) =>
      wantedCancels(executor, { ids: [...this.#attempts.keys()] }),
    )
    for (const id of ids) this.#attempts.get(id)?.requestCancel()
  }

  /** Each stops at its next model call. */
  drain(): void {
    this.#isDraining = true
    for (const attempt of this.#attempts.values()) attempt.drain()
  }

  /** Calls that did not end in time: their runs go to another worker now rather than when the lease ends. */
  async abandon(): Promise<void> {
    const error = new Error('the worker drained')
    const abandoning = [...this.#attempts.values()].map(async (attempt) => {
      await settle(this.#runtime, attempt, { kind: 'threw', error }).catch((cause: unknown) =>
        this.#complain(cause, 'a run could not be given back; its lease will expire'),
      )
      attempt.journal.latch.set({ kind: 'lost' })
    })
    await Promise.all(abandoning)
  }

  async #beat(): Promise<void> {
    const { database, config } = this.#runtime
    const { concurrency } = config
    const row = { id: this.#workerId, host: hostname(), pid: process.pid, concurrency }
    await database.write(async (executor) => beat(executor, row))
    this.#beatAt = performance.now()
  }

  /** Each run by itself: one statement for all would wait for rows in an order that others do not keep. */
  async #renew(id: string, attempt: Attempt): Promise<void> {
    const { database, config } = this.#runtime
    const values = { workerId: this.#workerId, leaseMs: config.leaseMs, id }
    const askedAt = performance.now()
    const held = await database.write(
      async (executor) => renewLease(executor, { ...values, attempt: attempt.claim.attempt }),
      { runId: id },
    )
    if (held === null) attempt.journal.latch.set({ kind: 'lost' })
    else {
      attempt.renewLease(askedAt)
      if (held.cancelRequested) attempt.requestCancel()
    }
  }

  #tellStart({ run }: Claim): void {
    const { listeners, telemetry } = this.#runtime
    listeners.emit('run.started', { run })
    const { agentKey, createdAt, startedAt } = run
    telemetry.claimed({ agentKey, waitedMs: (startedAt ?? createdAt) - createdAt })
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

  #complain(error: unknown, message: string): void {
    this.#runtime.config.logger.warn({ error, worker: this.#workerId }, message)
  }
}
