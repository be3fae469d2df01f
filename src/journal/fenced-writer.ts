import { setTimeout as delay } from 'node:timers/promises'
import type { RunEvent } from '../core/event.ts'
import { isAgenticError } from '../core/errors.ts'
import type { Database, Executor } from '../store/database.ts'
import { insertEvents } from '../store/events.ts'
import { advance } from '../store/fence.ts'
import { recordStep } from '../store/steps.ts'
import { ControlStop, type Latch } from './control.ts'
import type { Change, Held } from './held.ts'

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
  async commit(change: Change, also?: (executor: Executor) => Promise<void>): Promise<void> {
    const { held } = this
    this.held = null
    const committed = await this.#whileLeased(() =>
      this.#options.database.write(async (executor) => {
        const before = await this.writeHeld(executor, held)
        return before === null ? null : this.#write(executor, change, before, also)
      }),
    )
    if (committed === null) this.#lose()
    if (committed.stored.length > 0) this.#options.publish(committed.stored)
    if (committed.cancelRequested) this.#latch.set({ kind: 'cancelled' })
  }

  async #write(
    executor: Executor,
    change: Change,
    before: RunEvent[],
    also?: (executor: Executor) => Promise<void>,
  ) {
    const { runId } = this.#options
    const { events } = change
    const advanced = await this.#advance(executor, change)
    if (advanced === null) return null
    await also?.(executor)
    const stored = await insertEvents(executor, { runId, after: advanced.after, events })
    return { stored: [...before, ...stored], cancelRequested: advanced.cancelRequested }
  }

  async writeHeld(executor: Executor, held: Held | null): Promise<RunEvent[] | null> {
    if (held === null) return []
    const { change, values } = held
    const advanced = await this.#advance(executor, change)
    if (advanced === null) return null
    await recordStep(executor, values)
    const { runId } = this.#options
    return insertEvents(executor, { runId, after: advanced.after, events: change.events })
  }

  async #advance(executor: Executor, { steps, events, usage }: Change) {
    const { runId, attempt } = this.#options
    return advance(executor, { runId, attempt, events: events.length, steps, ...usage })
  }

  async #whileLeased<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        if (!isAgenticError(error) || !error.code.startsWith('database_')) throw error
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
