import { isAgenticError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { ssePing, sseRetry } from './sse.ts'
import { withPings } from './with-pings.ts'

const pingMs = 15_000
/** A stream ends itself after this, so that its reader is identified again. */
const lifetimeMs = 5 * 60_000
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
  const ending = new AbortController()
  const encoder = new TextEncoder()
  const stop = () => {
    ending.abort()
    chunks.return(undefined).catch((error: unknown) => report(logger, error))
  }
  const chunks = life(follow, ending.signal, stop)
  request.signal.addEventListener('abort', stop, { once: true })

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await nextChunk(chunks, logger)
        if (chunk !== null) return controller.enqueue(encoder.encode(chunk))
        request.signal.removeEventListener('abort', stop)
        ending.abort()
        controller.close()
      },
      cancel: stop,
    },
    // Nothing is followed until somebody reads: the answer to a HEAD is thrown away unread.
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}

async function* life(follow: Follow, signal: AbortSignal, stop: () => void) {
  const lifetime = setTimeout(stop, lifetimeMs)
  lifetime.unref()
  try {
    yield sseRetry(retryMs)
    yield* withPings(follow(signal), ssePing, pingMs, signal)
    if (signal.aborted) yield sseRetry(retryMs)
  } finally {
    clearTimeout(lifetime)
  }
}

async function nextChunk(chunks: AsyncIterator<string>, logger: Logger): Promise<string | null> {
  try {
    const chunk = await chunks.next()
    return chunk.done ? null : chunk.value
  } catch (error) {
    report(logger, error)
    return null
  }
}

/** Closing and disconnecting are how streams end; a reader whose stream broke for another reason resumes by its cursor. */
function report(logger: Logger, error: unknown): void {
  if (error instanceof Error && error.name === 'AbortError') return
  if (isAgenticError(error) && error.code === 'closed') return
  logger.error({ error }, 'An event stream broke off; its reader will resume.')
}
