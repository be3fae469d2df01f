import { afterEach, expect, test, vi } from 'vitest'
import type { Logger } from '../../src/core/logger.ts'
import { OpenStreams } from '../../src/http/open-streams.ts'
import { openedStreamAnswer, streamAnswer, type Follow } from '../../src/http/stream.ts'

const logged: unknown[] = []
const logger: Logger = { info() {}, warn() {}, error: (fields) => logged.push(fields['error']) }
const deps = { config: { logger }, streams: new OpenStreams(2) }
const reading = (request = new Request('http://localhost/')) => ({ request, owner: 'ada', deps })

afterEach(() => {
  vi.useRealTimers()
  logged.length = 0
  deps.streams = new OpenStreams(2)
})

function stream(follow: Follow, signal?: AbortSignal): ReadableStreamDefaultReader<string> {
  const request = new Request('http://localhost/', { signal: signal ?? null })
  const { body } = streamAnswer(reading(request), follow)
  return body.pipeThrough(new TextDecoderStream()).getReader()
}

async function readAll(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
}

/** Yields nothing and ends with its signal. */
function silence(signal: AbortSignal, ended = () => {}): AsyncIterable<string> {
  const next = async (): Promise<IteratorResult<string>> => {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    ended()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

test('a stream says when to come back, then what it follows, then ends', async () => {
  const reader = stream(async function* () {
    yield 'data: 1\n\n'
    yield 'data: 2\n\n'
  })
  expect(await readAll(reader)).toBe('retry: 1000\n\ndata: 1\n\ndata: 2\n\n')
})

test('a reader that does not read holds the source back', async () => {
  let made = 0
  const follow: Follow = async function* () {
    for (;;) {
      made += 1
      yield 'x'.repeat(10_000)
    }
  }
  const request = new Request('http://localhost/')
  const reader = streamAnswer(reading(request), follow).body.getReader()
  expect(made).toBe(0)
  for (let reads = 0; reads < 4; reads += 1) await reader.read()
  // Two are more than may wait; when those were taken two more were made.
  expect(made).toBe(8)
  await reader.cancel()
  expect(made).toBe(8)
})

test('what comes at once is sent at once, in one piece', async () => {
  const reader = stream(async function* () {
    yield* ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']
    await new Promise((resolve) => setTimeout(resolve, 20))
    yield 'data: 4\n\n'
  })
  const pieces = [await reader.read(), await reader.read()]
  expect(pieces.map(({ value }) => value)).toEqual([
    'retry: 1000\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n',
    'data: 4\n\n',
  ])
})

test('an opened stream begins with its first message, or rejects with what keeps it from coming', async () => {
  const request = new Request('http://localhost/')
  const { body } = await openedStreamAnswer(reading(request), async function* () {
    yield 'data: 1\n\n'
  })
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe('retry: 1000\n\ndata: 1\n\n')
  const missing = new Error('there is none')
  const opening = openedStreamAnswer(reading(request), async function* () {
    yield* []
    throw missing
  })
  await expect(opening).rejects.toBe(missing)
  expect(logged).toEqual([])
})

test.each(['cancel', 'disconnect'])(
  'a reader that goes away stops the following (%s)',
  async (how) => {
    const followed = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const client = new AbortController()
    const reader = stream((signal) => {
      followed.resolve()
      return silence(signal, ended.resolve)
    }, client.signal)
    expect((await reader.read()).value).toBe('retry: 1000\n\n')
    const reading = readAll(reader)
    await followed.promise
    expect(deps.streams.count).toBe(1)
    if (how === 'disconnect') client.abort()
    else await reader.cancel()
    await ended.promise
    expect(await reading).toBe('')
    expect(deps.streams.count).toBe(0)
  },
)

test('a quiet stream pings every 15 seconds and ends itself after five minutes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const reader = stream(silence)
  expect((await reader.read()).value).toBe('retry: 1000\n\n')
  const reading = readAll(reader)
  await vi.advanceTimersByTimeAsync(5 * 60_000 + 1)
  const text = await reading
  expect(text.match(/: ping\n\n/g)?.length).toBeGreaterThanOrEqual(19)
  expect(text.endsWith('retry: 1000\n\n')).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
  expect(deps.streams.count).toBe(0)
})

test('a stream that breaks off ends, and the log says why', async () => {
  const broken = new Error('the database went away')
  const reader = stream(async function* () {
    yield 'data: 1\n\n'
    throw broken
  })
  expect(await readAll(reader)).toContain('data: 1')
  expect(logged).toEqual([broken])
  expect(deps.streams.count).toBe(0)
})

test('nothing is followed for a reader that left before', async () => {
  const request = new Request('http://localhost/', { signal: AbortSignal.abort() })
  const follow = vi.fn<Follow>((signal) => silence(signal))
  const { body } = await openedStreamAnswer(reading(request), follow)
  expect(await body.getReader().read()).toMatchObject({ done: false })
  expect(follow).not.toHaveBeenCalled()
})

test('nothing is followed for an answer whose body nobody reads', () => {
  let followed = false
  streamAnswer(reading(), (signal) => {
    followed = true
    return silence(signal)
  })
  expect(followed).toBe(false)
})

test('an owner has only so many streams open, whoever ends them', async () => {
  const gone = new AbortController()
  const first = stream((signal) => silence(signal), gone.signal)
  const second = stream((signal) => silence(signal))
  await Promise.all([first.read(), second.read()])
  expect(() => stream((signal) => silence(signal))).toThrow('You have 2 event streams open already')
  const bobs = streamAnswer({ ...reading(), owner: 'bob' }, (signal) => silence(signal))
  await bobs.body.cancel()
  gone.abort()
  const third = stream((signal) => silence(signal))
  await third.read()
  await second.cancel()
  await third.cancel()
  expect(deps.streams.count).toBe(0)
})

test('of streams that are asked for at once, those without room end before they have begun', async () => {
  const readers = [1, 2, 3].map(() => stream((signal) => silence(signal)))
  const [, , third] = readers
  await Promise.all(readers.map(async (reader) => reader.read()))
  expect(deps.streams.count).toBe(2)
  expect(await third?.read()).toMatchObject({ done: true })
  await Promise.all(readers.map(async (reader) => reader.cancel()))
})
