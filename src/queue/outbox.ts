import { once } from 'node:events'

export interface OutboxOptions {
  /** Sends wake-ups to the broker, until the signal says that nobody waits for it any more. Called once at a time. */
  send: (runIds: string[], signal: AbortSignal) => Promise<void>
  /** How long a sending may take. */
  patienceMs?: number
  /** How soon a broker that is away is tried again. */
  retryMs?: number
}

/** More than this many say no more than one for whatever waits. */
const mostWaiting = 1000

/**
 * Wake-ups on their way to a broker.
 *
 *   open: what comes while one batch is sent goes with the next → away (a batch failed): wake-ups are refused at once,
 *   and the broker is tried again → open, when one wake-up for all that were missed has gone through → closed
 *
 * So a broker that is away costs a constant amount of memory and nobody's time.
 */
export class Outbox {
  readonly #options: Required<OutboxOptions>
  readonly #waiting = new Set<string>()
  /** The batch that gathers, and the one that is sent. */
  #next: Promise<void> | undefined
  #sending: Promise<void> = Promise.resolve()
  #away: { cause: unknown; retry: NodeJS.Timeout | undefined } | null = null
  #isClosed = false

  constructor({ send, patienceMs = 5_000, retryMs = 1_000 }: OutboxOptions) {
    this.#options = { send, patienceMs, retryMs }
  }

  /** Resolves when the broker has it. */
  async wake(runId: string): Promise<void> {
    if (this.#isClosed) throw new Error('The queue was closed.')
    if (this.#away !== null) {
      const { cause } = this.#away
      throw new Error('The broker is away; when it is back, one wake-up is sent for all.', {
        cause,
      })
    }
    this.#waiting.add(this.#waiting.size < mostWaiting ? runId : '')
    this.#next ??= this.#sendNext()
    return this.#next
  }

  /** Lets what was accepted go through, as far as the broker takes it. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#away?.retry)
    await this.#next?.catch(() => {
      // Those who asked for it were told.
    })
    await this.#sending
  }

  async #sendNext(): Promise<void> {
    await this.#sending
    const batch = [...this.#waiting]
    this.#waiting.clear()
    this.#next = undefined
    const sent = this.#send(batch)
    this.#sending = sent.catch((cause: unknown) => this.#beAway(cause))
    await sent
  }

  #beAway(cause: unknown): void {
    const retry = this.#isClosed
      ? undefined
      : setTimeout(() => void this.#retry(), this.#options.retryMs).unref()
    this.#away = { cause, retry }
  }

  async #retry(): Promise<void> {
    // Whoever refused to wait for the broker waits here in nobody's time.
    const sent = this.#send([''])
    this.#sending = sent.then(
      () => void (this.#away = null),
      (cause: unknown) => this.#beAway(cause),
    )
    await this.#sending
  }

  async #send(runIds: string[]): Promise<void> {
    const { send, patienceMs } = this.#options
    const late = new AbortController()
    const timer = setTimeout(
      () => late.abort(new Error(`The broker did not answer within ${patienceMs} ms.`)),
      patienceMs,
    )
    try {
      await Promise.race([send(runIds, late.signal), rejection(late.signal)])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function rejection(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort')
  throw signal.reason
}
