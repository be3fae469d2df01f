import { setTimeout as delay } from 'node:timers/promises'
import type { RunEvent } from '../core/event.ts'
import { isAgenticError } from '../core/errors.ts'
import type { Database, Executor } from '../store/database.ts'
import { advance } from '../store/fence.ts'
import type { Part } from '../store/guarded.ts'
import { stepParts } from '../store/steps.ts'
import { ControlStop, type Latch } from './control.ts'
import { add, type Change, type Held } from './held.ts'

export interface WriterOptions {
  database: Database
  runId: string
  attempt: number
  /** When the lease ends by this process's monotonic clock, as far as it knows. */
  leaseEndsAt: () => number
  /** Told what was committed. */
  publish: (events: RunEvent[]) => void
  /** Told why a write has to be tried again. */
  complain: (error: unknown) => void
}

/** Writes for one attempt, every time behind its fence; a write that finds the lease lost sets the latch and throws. */
export class FencedWriter {
  readonly #options: WriterOptions
  readonly #latch: Latch
  held: Held | null = null

  constructor(options: WriterOptions, latch: Latch) {
    this.#options = options
    this.#latch = latch
  }

  /**
   * One transaction, with what is held first. While the database is away it is tried again until the lease ends, and
   * no further step is taken meanwhile.
   */
  async commit(change: Change, parts: Part[]): Promise<void> {
    const { held } = this
    this.held = null
    const all = held === null ? parts : [...stepParts(held.values), ...parts]
    const sum = held === null ? change : add(held.change, change)
    const committed = await this.#whileLeased(() =>
      this.#options.database.write(async (executor) => this.#advance(executor, sum, all), {
        runId: this.#options.runId,
      }),
    )
    if (committed === null) this.#lose()
    if (committed.events.length > 0) this.#options.publish(committed.events)
    if (committed.cancelRequested) this.#latch.set({ kind: 'cancelled' })
  }

  /** Asks the database a question, as insistently as a write. */
  async ask<T>(question: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#whileLeased(async () => this.#options.database.read(question))
  }

  async writeHeld(executor: Executor, held: Held | null): Promise<RunEvent[] | null> {
    if (held === null) return []
    const advanced = await this.#advance(executor, held.change, stepParts(held.values))
    return advanced?.events ?? null
  }

  async #advance(executor: Executor, { steps, events, usage }: Change, parts: Part[]) {
    const { runId, attempt } = this.#options
    return advance(executor, { runId, attempt, steps, ...usage, events, parts })
  }

  async #whileLeased<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!isAgenticError(error)) throw error
        // Written or not: to write it again might be twice. Another attempt reads what there is.
        if (error.code === 'commit_unknown') this.#lose()
        if (!error.code.startsWith('database_')) throw error
        this.#options.complain(error)
        if (performance.now() > this.#options.leaseEndsAt()) this.#lose()
        await delay(250)
      }
    }
  }

  #lose(): never {
    this.#latch.set({ kind: 'lost' })
    throw new ControlStop({ kind: 'lost' })
  }
}
