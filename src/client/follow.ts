import { pauseAfter } from './error.ts'
import { messages } from './messages.ts'
import { pause } from './pause.ts'
import type { Ask } from './request.ts'
import type { RunEventJson } from './wire.ts'

const ends = ['run.completed', 'run.failed', 'run.cancelled']

export interface FollowOptions {
  /** The sequence of the last event already seen; 0 for none. */
  after?: number
  signal?: AbortSignal
}

interface Reading {
  /** The last event that was handed on. */
  last: number
  /** How long the server wants us to wait between two streams. */
  retryMs: number
  /** Streams in a row that brought nothing. */
  failures: number
  isOver: boolean
}

/** A run's log from stream to stream, until its last event. */
export async function* follow(
  ask: Ask,
  runId: string,
  { after = 0, signal }: FollowOptions = {},
): AsyncGenerator<RunEventJson, void, undefined> {
  const reading: Reading = { last: after, retryMs: 1000, failures: 0, isOver: false }
  for (;;) {
    reading.failures += 1
    let waitMs = reading.retryMs
    try {
      yield* oneStream(ask, runId, reading, signal)
      if (reading.isOver) return
    } catch (error) {
      signal?.throwIfAborted()
      // Many readers that come back together may be asked to come later.
      waitMs = pauseAfter(error, reading.retryMs, 429)
    }
    const patience = Math.min(2 ** reading.failures, 8)
    await pause(waitMs * patience * (0.5 + Math.random() / 2), signal)
  }
}

async function* oneStream(
  ask: Ask,
  runId: string,
  reading: Reading,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEventJson, void, undefined> {
  const response = await ask(`runs/${encodeURIComponent(runId)}/events/`, {
    type: 'text/event-stream',
    headers: reading.last > 0 ? { 'last-event-id': String(reading.last) } : {},
    signal,
  })
  // Nothing follows.
  reading.isOver = response.status === 204
  if (reading.isOver) return
  for await (const message of messages(response, signal, (ms) => (reading.retryMs = ms))) {
    reading.failures = 0
    reading.last = Number(message.id)
    reading.isOver = ends.includes(message.event)
    yield toEvent(message.event, reading.last, JSON.parse(message.data))
    if (reading.isOver) return
  }
}

function toEvent(type: string, sequence: number, data: unknown): RunEventJson {
  if (type !== 'reset') return data as RunEventJson
  const payload = data as RunEventJson['payload']
  return { sequence, event_type: type, payload, created_at: null }
}
