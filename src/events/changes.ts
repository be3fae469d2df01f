import type { Database } from '../store/database.ts'
import { lastSequences } from '../store/events.ts'
import type { EventHub } from './hub.ts'

/** Fewer followed runs than this are told to look without asking first. */
const fewRuns = 4

/**
 * Somebody committed something, and nobody says of which run: one question for all followed runs, so that only who has
 * something to read does.
 */
export class Changes {
  readonly #database: Database
  readonly #hub: EventHub
  #seen = new Map<string, number>()
  #isLooking = false
  #isAgain = false

  constructor(database: Database, hub: EventHub) {
    this.#database = database
    this.#hub = hub
  }

  /** Never rejects: what could not be asked for now is found by the next look. */
  async look(): Promise<void> {
    this.#isAgain = true
    if (this.#isLooking) return
    this.#isLooking = true
    while (this.#isAgain) {
      this.#isAgain = false
      await this.#lookOnce().catch(() => {})
    }
    this.#isLooking = false
  }

  async #lookOnce(): Promise<void> {
    const ids = this.#hub.followed
    if (ids.length < fewRuns) {
      this.#seen.clear()
      this.#hub.poke(null)
      return
    }
    const now = await this.#database.read(async (executor) => lastSequences(executor, { ids }))
    const changed = ids.filter((id) => now.get(id) !== this.#seen.get(id))
    this.#seen = now
    this.#hub.poke(changed)
    // Followers of sessions wait for runs that do not exist yet.
    if (changed.length === 0) this.#hub.pokeAny()
  }
}
