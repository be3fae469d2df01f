import type { RunEvent } from '../core/event.ts'
import type { Database } from '../store/database.ts'
import { readEvents } from '../store/events.ts'

export interface EventQuery {
  runId: string
  owner: string
  after: number
  limit: number
}

/** Followers of one run that ask for the same events at the same time share one query. */
export class SharedReads {
  readonly #database: Database
  readonly #running = new Map<string, Promise<RunEvent[]>>()

  constructor(database: Database) {
    this.#database = database
  }

  async read(query: EventQuery): Promise<RunEvent[]> {
    const key = `${query.runId} ${query.owner} ${query.after} ${query.limit}`
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const reading = this.#database
      .read(async (executor) => readEvents(executor, query))
      .finally(() => this.#running.delete(key))
    this.#running.set(key, reading)
    return reading
  }
}
