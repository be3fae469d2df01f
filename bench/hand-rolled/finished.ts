import { QueueEvents, type QueueEventsOptions } from 'bullmq'

type Told = (output: string | null) => void

/** Tells who waits in this process that a run has ended in any: one reader of the queue's events for all of them. */
export class FinishedRuns {
  readonly #events: QueueEvents
  readonly #waiting = new Map<string, Set<Told>>()

  constructor(queueName: string, options: QueueEventsOptions) {
    this.#events = new QueueEvents(queueName, options)
    this.#events.on('error', (error) => console.error(error))
    this.#events.on('completed', ({ jobId, returnvalue }) => {
      // BullMQ has parsed it already, though it is declared as the text it was.
      const { output } = returnvalue as unknown as { output: string }
      this.#tell(jobId, output)
    })
    this.#events.on('failed', ({ jobId }) => this.#tell(jobId, null))
  }

  async ready(): Promise<void> {
    await this.#events.waitUntilReady()
  }

  /** Begins to listen at once, so that a look at the row afterwards misses nothing. */
  wait(id: string): { output: Promise<string | null>; stop: () => void } {
    const { promise: output, resolve } = Promise.withResolvers<string | null>()
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting.add(resolve))
    const stop = () => {
      waiting.delete(resolve)
      if (waiting.size === 0) this.#waiting.delete(id)
    }
    return { output, stop }
  }

  async close(): Promise<void> {
    await this.#events.close()
  }

  #tell(id: string, output: string | null): void {
    for (const told of this.#waiting.get(id) ?? []) told(output)
  }
}
