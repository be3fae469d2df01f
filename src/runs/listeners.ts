import type { Logger } from '../core/logger.ts'
import type { AgenticEvents, AgenticListener } from '../core/options.ts'

/** The app's listeners. They are called after the fact, and what they throw is logged: no run hears of it. */
export class Listeners {
  readonly #logger: Logger
  readonly #byName = new Map<string, Set<(event: never) => unknown>>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  on<Name extends keyof AgenticEvents>(name: Name, listener: AgenticListener<Name>): () => void {
    const listeners = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  has(name: keyof AgenticEvents): boolean {
    return (this.#byName.get(name)?.size ?? 0) > 0
  }

  emit<Name extends keyof AgenticEvents>(name: Name, event: AgenticEvents[Name]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      void this.#call(name, listener as AgenticListener<Name>, event)
    }
  }

  async #call<Name extends keyof AgenticEvents>(
    name: Name,
    listener: AgenticListener<Name>,
    event: AgenticEvents[Name],
  ): Promise<void> {
    try {
      await listener(event)
    } catch (error) {
      this.#logger.error({ error, listener: name }, 'a listener threw; the run is not affected')
    }
  }
}
