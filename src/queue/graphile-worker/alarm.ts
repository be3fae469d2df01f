import type { Pool } from 'pg'
import type { Jobs } from './jobs.ts'

/**
 * graphile-worker gives the jobs of a lost process back after four hours. So each of our pools of workers has one job
 * in the future, and keeps putting it off. When it stops doing so the job is due, and whoever takes it unlocks what
 * the lost pool held, which is delivered again at once.
 */
export class Alarm {
  /** Resolves when it is there, or could not be set for now. What is lost before that stays lost for hours. */
  readonly set: Promise<void>
  readonly #jobs: Jobs
  readonly #pool: Pool
  readonly #lost: string
  readonly #dueMs: number
  readonly #timer: NodeJS.Timeout
  readonly #trouble: (error: unknown) => void
  #id: string | undefined
  #putOff: Promise<void> = Promise.resolve()

  constructor(options: {
    jobs: Jobs
    pool: Pool
    poolId: string
    leaseMs: number
    trouble: (error: unknown) => void
  }) {
    this.#jobs = options.jobs
    this.#pool = options.pool
    this.#lost = options.poolId
    this.#trouble = options.trouble
    // Leases are renewed as often as this is put off, so when it is due they are over.
    const everyMs = Math.round(options.leaseMs / 3)
    this.#dueMs = options.leaseMs + everyMs
    this.#timer = setInterval(() => this.#later(), everyMs).unref()
    this.#later()
    this.set = this.#putOff
  }

  /** It is not put off any more, and will go off. */
  stop(): void {
    clearInterval(this.#timer)
  }

  /** Nothing is held any more: it is not to go off. */
  async end(): Promise<void> {
    this.stop()
    await this.#putOff
    await this.#jobs.remove(this.#pool, this.#key).catch(this.#trouble)
  }

  #later(): void {
    this.#putOff = this.#putOff.then(async () => this.#putItOff()).catch(this.#trouble)
  }

  async #putItOff(): Promise<void> {
    const isThere =
      this.#id !== undefined && (await this.#jobs.putOff(this.#pool, this.#id, this.#dueMs))
    if (isThere) return
    this.#id = await this.#jobs.add(this.#pool, {
      payload: { lost: this.#lost },
      key: this.#key,
      delayMs: this.#dueMs,
      // Before wake-ups: of what is unlocked some have waited longer.
      priority: -1,
    })
  }

  get #key(): string {
    return `pool:${this.#lost}`
  }
}
