import type { RunEvent } from '../core/event.ts'
import type { Database } from '../store/database.ts'
import { readEvents } from '../store/events.ts'

export interface EventQuery {
  runId: string
  owner: string
  after: number
  limit: number
}

/**
 * Followers of one run that ask for the same events at the same time share one query. It is shared until it begins:
 * who asks later may have been told of a commit that it does not see.
 */
export class SharedReads {
  readonly #database: Database
  readonly #waiting = new Map<string, Promise<RunEvent[]>>()

  constructor(database: Database) {
    this.#database = database
  }

  async read(query: EventQuery): Promise<RunEvent[]> {
    const key = `${query.runId} ${query.owner} ${query.after} ${query.limit}`
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) return waiting
    const reading = Promise.resolve().then(async () => {
      this.#waiting.delete(key)
      return this.#database.read(async (executor) => readEvents(executor, query))
    })
    this.#waiting.set(key, reading)
    return reading
  }
}
