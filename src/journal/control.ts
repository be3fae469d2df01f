import type { ErrorCode } from '../core/errors.ts'

/**
 * Why an attempt stops before its agent is done. It is a latch on the whole attempt rather than an exception: the
 * SDK turns an exception inside a nested agent into a tool result and goes on.
 */
export type Control =
  /** Another attempt may have begun: nothing may be written any more. */
  | { kind: 'lost' }
  | { kind: 'cancelled' }
  /** Stop at the next model call; calls in flight may finish. */
  | { kind: 'drain' }
  /** As drain; a person has to decide first. */
  | { kind: 'waiting' }
  | { kind: 'failed'; code: ErrorCode; message: string }

const rank: Record<Control['kind'], number> = {
  waiting: 1,
  drain: 2,
  failed: 3,
  cancelled: 4,
  lost: 5,
}

/** Holds the strongest reason given so far, and aborts what is in flight when it is a hard one. */
export class Latch {
  #control: Control | null = null
  #wasFelt = false
  readonly #abort = new AbortController()

  get control(): Control | null {
    return this.#control
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Hard: even what has begun is not to go on. */
  get isHard(): boolean {
    return this.#control !== null && rank[this.#control.kind] >= rank.failed
  }

  /** Whether something was withheld from the agent, so that what it ends with is not to be believed. */
  get wasFelt(): boolean {
    return this.#wasFelt
  }

  /** Remembers that something was withheld. */
  feel(): void {
    this.#wasFelt = true
  }

  set(control: Control): void {
    // Whoever sets this gives the agent a placeholder, also when a stronger reason came first.
    if (control.kind === 'waiting') this.#wasFelt = true
    if (this.#control !== null && rank[this.#control.kind] >= rank[control.kind]) return
    this.#control = control
    if (this.isHard) this.#abort.abort(new ControlStop(control))
  }

  throwIfSet(): void {
    if (this.#control === null) return
    this.#wasFelt = true
    throw new ControlStop(this.#control)
  }
}

/** Ends the SDK's loop; never retried, never the reason for a run's failure. */
export class ControlStop extends Error {
  override readonly name = 'AbortError'
  readonly control: Control
  constructor(control: Control) {
    super(`the attempt stops: ${control.kind}`)
    this.control = control
  }
}
