/**
 * What the source yields, and `ping` in every pause of that length. Ends with the signal even when the source
 * does not.
 */
export async function* withPings(
  source: AsyncIterable<string>,
  ping: string,
  pauseMs: number,
  signal: AbortSignal,
): AsyncGenerator<string, undefined> {
  const messages = source[Symbol.asyncIterator]()
  try {
    let next = messages.next()
    for (;;) {
      const first = await firstOf(next, pauseMs, signal)
      if (first === 'ended') return
      if (first === 'quiet') {
        yield ping
        continue
      }
      if (first.done) return
      yield first.value
      next = messages.next()
    }
  } finally {
    // Not awaited, as a source that waits for its next message would hold us; what it throws now concerns nobody.
    messages.return?.().catch(() => {})
  }
}

async function firstOf<T>(
  next: Promise<T>,
  pauseMs: number,
  signal: AbortSignal,
): Promise<T | 'quiet' | 'ended'> {
  const { promise: pause, resolve } = Promise.withResolvers<'quiet' | 'ended'>()
  const timer = setTimeout(resolve, pauseMs, 'quiet')
  const end = () => resolve('ended')
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  try {
    return await Promise.race([next, pause])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
