import { isAgenticError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { ssePing, sseRetry } from './sse.ts'

const pingMs = 15_000
/** A stream ends itself after so many pings, five minutes, so that its reader is identified again. */
const mostPings = 20
const retryMs = 1_000

const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'HX-Request, Accept',
}

/** Yields formatted messages; stops when its signal aborts. */
export type Follow = (signal: AbortSignal) => AsyncIterable<string>

/**
 * An event stream. A message is made only when the reader has taken the one before it, so a slow reader costs one
 * message of memory, and is dropped at the end of the stream's life; it resumes by its cursor.
 */
export function streamAnswer(request: Request, logger: Logger, follow: Follow): Response {
  const source = new EventSource(request.signal, logger, follow)
  // Nothing is followed until somebody reads: the answer to a HEAD is thrown away unread.
  const body = new ReadableStream<Uint8Array>(source, { highWaterMark: 0 })
  return new Response(body, { headers })
}

/**
 * What a reader pulls: when to come back, then messages, with a ping in every pause.
 *
 *   new → (first pull) following → (the source ends, the reader goes away, or its time is up) over
 *
 * Thousands are open at once, so it is one object with one timer rather than a chain of generators.
 */
class EventSource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #client: AbortSignal
  readonly #logger: Logger
  readonly #follow: Follow
  readonly #ending = new AbortController()
  #messages: AsyncIterator<string> | undefined
  #clock: NodeJS.Timeout | undefined
  #pings = 0
  #isAsked = false
  #arrived: string | null = null
  #isPingDue = false
  #isTimeUp = false
  #isOver = false
  #wake: (() => void) | undefined

  constructor(client: AbortSignal, logger: Logger, follow: Follow) {
    this.#client = client
    this.#logger = logger
    this.#follow = follow
    client.addEventListener('abort', this.#stop, { once: true })
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#clock === undefined && !this.#isOver) {
      this.#clock = setInterval(() => this.#tick(), pingMs).unref()
      return send(controller, sseRetry(retryMs))
    }
    this.#ask()
    while (this.#arrived === null && !this.#isPingDue && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    this.#answer(controller)
  }

  cancel(): void {
    this.#stop()
  }

  #answer(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const message = this.#arrived
    this.#arrived = null
    const isPing = this.#isPingDue
    this.#isPingDue = false
    if (message !== null) return send(controller, message)
    if (!this.#isOver && isPing) return send(controller, ssePing)
    if (this.#isTimeUp) send(controller, sseRetry(retryMs))
    this.#stop()
    controller.close()
  }

  /** One message at a time is under way. */
  #ask(): void {
    if (this.#isAsked || this.#isOver) return
    this.#isAsked = true
    this.#messages ??= this.#follow(this.#ending.signal)[Symbol.asyncIterator]()
    this.#messages.next().then(
      ({ done, value }) => {
        this.#isAsked = false
        if (done === true) this.#isOver = true
        else this.#arrived = value
        this.#wake?.()
      },
      (error: unknown) => {
        this.#report(error)
        this.#isOver = true
        this.#wake?.()
      },
    )
  }

  #tick(): void {
    this.#pings += 1
    // A message that waits to be taken is a sign of life itself.
    if (this.#isAsked) this.#isPingDue = true
    if (this.#pings >= mostPings) {
      this.#isTimeUp = true
      this.#stop()
    }
    this.#wake?.()
  }

  readonly #stop = (): void => {
    this.#isOver = true
    clearInterval(this.#clock)
    this.#client.removeEventListener('abort', this.#stop)
    if (!this.#ending.signal.aborted) {
      this.#ending.abort()
      // Not awaited, as a source that waits for its next message would hold us.
      this.#messages?.return?.().catch((error: unknown) => this.#report(error))
    }
    this.#wake?.()
  }

  /** Closing and disconnecting are how streams end; a reader whose stream broke for another reason resumes by its cursor. */
  #report(error: unknown): void {
    if (error instanceof Error && error.name === 'AbortError') return
    if (isAgenticError(error) && error.code === 'closed') return
    this.#logger.error({ error }, 'An event stream broke off; its reader will resume.')
  }
}

function send(controller: ReadableStreamDefaultController<Uint8Array>, text: string): void {
  controller.enqueue(encoder.encode(text))
}

const encoder = new TextEncoder()
