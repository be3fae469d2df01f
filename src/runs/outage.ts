import type { Logger } from '../core/logger.ts'

const reminderMs = 60_000

/** Warns once of what goes on failing, and again after a minute, rather than each time it is tried. */
export class Outage {
  readonly #logger: Logger
  readonly #message: string
  #warnedAt: number | null = null

  constructor(logger: Logger, message: string) {
    this.#logger = logger
    this.#message = message
  }

  /** From the first failure to the next success. */
  get isOn(): boolean {
    return this.#warnedAt !== null
  }

  failed(error: unknown): void {
    const now = performance.now()
    if (this.#warnedAt !== null && now - this.#warnedAt < reminderMs) return
    this.#warnedAt = now
    this.#logger.warn({ error }, this.#message)
  }

  worked(): void {
    this.#warnedAt = null
  }
}
