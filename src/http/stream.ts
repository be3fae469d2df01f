import { setImmediate as nextTurn } from 'node:timers/promises'
import { isAgenticError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Answer } from '../core/answer.ts'
import type { OpenStreams } from './open-streams.ts'
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

/** Who reads, and what with; a `Call` is one. */
export interface Reading {
  request: Request
  owner: string
  deps: { config: { logger: Logger }; streams: OpenStreams }
}

interface StreamAnswer extends Answer {
  body: ReadableStream<Uint8Array<ArrayBuffer>>
}

/** How much text may wait for a reader, and one message more. */
const mostWaiting = 16_384

/**
 * An event stream. Messages are made only when the reader has taken those before, so a slow reader costs little memory,
 * and is dropped at the end of the stream's life; it resumes by its cursor.
 */
export function streamAnswer(reading: Reading, follow: Follow, ping = () => ssePing): StreamAnswer {
  reading.deps.streams.assertRoom(reading.owner)
  return answerFrom(new EventSource(reading, follow, ping))
}

/** As `streamAnswer`, once there is a first message; rejects with what keeps it from coming. */
export async function openedStreamAnswer(reading: Reading, follow: Follow): Promise<StreamAnswer> {
  reading.deps.streams.assertRoom(reading.owner)
  const source = new EventSource(reading, follow, () => ssePing)
  await source.open()
  return answerFrom(source)
}

function answerFrom(source: EventSource): StreamAnswer {
  // Nothing is followed until somebody reads: the answer to a HEAD is thrown away unread.
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(source, { highWaterMark: 0 })
  return { status: 200, headers, body }
}

/**
 * What a reader pulls: when to come back, then messages, with a ping in every pause.
 *
 *   new → (first pull) following → (the source ends, the reader goes away, or its time is up) over
 *
 * Thousands are open at once, so it is one object with one timer rather than a chain of generators.
 */
class EventSource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #client: AbortSignal
  readonly #logger: Logger
  readonly #streams: OpenStreams
  readonly #owner: string
  readonly #follow: Follow
  readonly #ping: () => string
  readonly #ending = new AbortController()
  #messages: AsyncIterator<string> | undefined
  #clock: NodeJS.Timeout | undefined
  #pings = 0
  #isAsked = false
  #arrived = sseRetry(retryMs)
  #isPingDue = false
  #isTimeUp = false
  #isOver = false
  #wake: (() => void) | undefined

  constructor(
    { request: { signal: client }, owner, deps }: Reading,
    follow: Follow,
    ping: () => string,
  ) {
    this.#client = client
    this.#owner = owner
    this.#logger = deps.config.logger
    this.#streams = deps.streams
    this.#follow = follow
    this.#ping = ping
    client.addEventListener('abort', this.#stop, { once: true })
    if (client.aborted) this.#stop()
  }

  /** Asks for the first message before anybody reads. */
  async open(): Promise<void> {
    if (this.#isOver) return
    this.#begin()
    this.#messages = this.#follow(this.#ending.signal)[Symbol.asyncIterator]()
    try {
      this.#take(await this.#messages.next())
    } catch (error) {
      this.#stop()
      throw error
    }
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    this.#begin()
    void this.#ask()
    while (this.#arrived === '' && !this.#isPingDue && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    // What comes in the same turn of the event loop goes out as one.
    if (this.#arrived !== '') await nextTurn()
    this.#answer(controller)
  }

  cancel(): void {
    this.#stop()
  }

  #begin(): void {
    if (this.#isOver || this.#clock !== undefined) return
    // Others came between the question for room and the first read: their reader is told at its next try.
    if (!this.#streams.enter(this.#owner)) {
      this.#isOver = true
      return
    }
    this.#clock = setInterval(() => this.#tick(), pingMs).unref()
  }

  #answer(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    const messages = this.#arrived
    this.#arrived = ''
    const isPing = this.#isPingDue
    this.#isPingDue = false
    const ping = isPing && !this.#isOver ? this.#ping() : ''
    if (messages + ping !== '') return send(controller, messages + ping)
    if (this.#isTimeUp) send(controller, sseRetry(retryMs))
    this.#stop()
    controller.close()
  }

  /** Asks until enough waits; one question at a time is under way. Never rejects. */
  async #ask(): Promise<void> {
    if (this.#isAsked) return
    this.#isAsked = true
    try {
      while (!this.#isOver && this.#arrived.length < mostWaiting) {
        this.#messages ??= this.#follow(this.#ending.signal)[Symbol.asyncIterator]()
        this.#take(await this.#messages.next())
        this.#wake?.()
      }
    } catch (error) {
      this.#report(error)
      this.#isOver = true
      this.#wake?.()
    } finally {
      this.#isAsked = false
    }
  }

  #take({ done, value }: IteratorResult<string>): void {
    if (done === true) this.#isOver = true
    else this.#arrived += value
  }

  #tick(): void {
    this.#pings += 1
    this.#isPingDue = true
    if (this.#pings >= mostPings) {
      this.#isTimeUp = true
      this.#stop()
    }
    this.#wake?.()
  }

  readonly #stop = (): void => {
    this.#isOver = true
    this.#end()
    this.#client.removeEventListener('abort', this.#stop)
    if (!this.#ending.signal.aborted) {
      this.#ending.abort()
      // Not awaited, as a source that waits for its next message would hold us.
      this.#messages?.return?.().catch((error: unknown) => this.#report(error))
    }
    this.#wake?.()
  }

  #end(): void {
    if (this.#clock === undefined) return
    clearInterval(this.#clock)
    this.#clock = undefined
    this.#streams.leave(this.#owner)
  }

  /** Closing and disconnecting are how streams end; a reader whose stream broke for another reason resumes by its cursor. */
  #report(error: unknown): void {
    if (error instanceof Error && error.name === 'AbortError') return
    if (isAgenticError(error) && error.code === 'closed') return
    this.#logger.error({ error }, 'An event stream broke off; its reader will resume.')
  }
}

function send(
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  text: string,
): void {
  controller.enqueue(encoder.encode(text))
}

const encoder = new TextEncoder()
