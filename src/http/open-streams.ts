import { AgenticError } from '../core/errors.ts'

const askAgainSeconds = 5

/** The event streams that a process has open, by owner; each is bounded. */
export class OpenStreams {
  readonly #most: number
  readonly #byOwner = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  get count(): number {
    return [...this.#byOwner.values()].reduce((sum, open) => sum + open, 0)
  }

  assertRoom(owner: string): void {
    if (this.#hasRoom(owner)) return
    throw new AgenticError(
      'too_many_streams',
      `You have ${this.#most} event streams open already; close some, or poll instead.`,
      { retryAfterSeconds: askAgainSeconds },
    )
  }

  /** Counts one more, which must `leave` again; false when there is no room for it. */
  enter(owner: string): boolean {
    if (!this.#hasRoom(owner)) return false
    this.#byOwner.set(owner, this.#of(owner) + 1)
    return true
  }

  leave(owner: string): void {
    const others = this.#of(owner) - 1
    if (others > 0) this.#byOwner.set(owner, others)
    else this.#byOwner.delete(owner)
  }

  #hasRoom(owner: string): boolean {
    return this.#of(owner) < this.#most
  }

  #of(owner: string): number {
    return this.#byOwner.get(owner) ?? 0
  }
}
