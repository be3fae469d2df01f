import { AgenticClientError, errorOf, isPassing } from './error.ts'
import { messages } from './messages.ts'
import { pause } from './pause.ts'
import type { RunEventJson, RunJson, Submit, Submitted } from './wire.ts'

export interface ClientOptions {
  /** Where the instance is mounted: `/agents` in a page of the same origin, else with scheme and host. */
  url: string
  /** Sent with every request; a function is asked each time, as for a token that changes. */
  headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>)
  /** Instead of the global one. */
  fetch?: typeof fetch
}

/** All of them reject with an `AgenticClientError`, or with the reason of the signal. */
export interface Client {
  /** Safe to be sent twice, and sent again when the line or a proxy fails. */
  submit(run: Submit, options?: { signal?: AbortSignal }): Promise<Submitted>
  get(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
  /** Resolves when the run has ended. */
  wait(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
  /**
   * The run's log after the event `after`, as it grows, to the last entry. Each entry once and in order: a line that
   * breaks or goes silent is made anew, and read on from where it was.
   */
  events(
    runId: string,
    options?: { after?: number; signal?: AbortSignal },
  ): AsyncGenerator<RunEventJson, void, undefined>
  cancel(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
}

const tries = 4
const firstPauseMs = 250
const longestPauseMs = 15_000
const ends = ['run.completed', 'run.failed', 'run.cancelled']

interface Ask {
  method?: string
  headers?: Record<string, string>
  body?: object
  signal?: AbortSignal | undefined
}

/**
 * A client of the HTTP contract, for browsers and Node.
 *
 * @example
 * const client = createClient({ url: '/agents' })
 * const { run_id } = await client.submit({ session_key: 'chat', input: 'Refund order 42' })
 * for await (const { event_type, payload } of client.events(run_id)) show(event_type, payload)
 */
export function createClient({ url, headers = {}, fetch: send = fetch }: ClientOptions): Client {
  const base = url.replace(/\/$/, '')

  async function once(path: string, { method = 'GET', body, signal, ...asked }: Ask) {
    const own = typeof headers === 'function' ? await headers() : headers
    const sent = body && { 'content-type': 'application/json' }
    const init = {
      method,
      headers: { accept: 'application/json', ...sent, ...own, ...asked.headers },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }
    const response = await send(`${base}/${path}`, init).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new AgenticClientError('network', 'The server could not be reached.', {
        status: 0,
        cause,
      })
    })
    if (!response.ok) throw await errorOf(response)
    return response
  }

  /** All that is asked may be asked twice. */
  async function ask<T>(path: string, asked: Ask = {}): Promise<T> {
    for (let n = 1; ; n += 1) {
      try {
        return (await (await once(path, asked)).json()) as T
      } catch (error) {
        if (n === tries || !isPassing(error)) throw error
        await pause(firstPauseMs * 2 ** n * Math.random(), asked.signal)
      }
    }
  }

  async function* events(
    runId: string,
    { after = 0, signal }: { after?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<RunEventJson, void, undefined> {
    let last = after
    let retryMs = 1000
    let failures = 0
    for (;;) {
      try {
        const accept = { accept: 'text/event-stream' }
        const seen = last > 0 && { 'last-event-id': String(last) }
        const response = await once(`runs/${runId}/events/`, {
          headers: { ...accept, ...seen },
          signal,
        })
        if (response.status === 204) return
        for await (const message of messages(response, (ms) => (retryMs = ms))) {
          failures = 0
          last = Number(message.id)
          const data = JSON.parse(message.data)
          yield message.event === 'reset' ? toReset(last, data) : data
          if (ends.includes(message.event)) return
        }
      } catch (error) {
        signal?.throwIfAborted()
        // What the server says is final; a line that broke is not.
        if (error instanceof AgenticClientError && !isPassing(error)) throw error
        failures += 1
      }
      const wanted = Math.min(retryMs * 2 ** failures, longestPauseMs)
      await pause(wanted * (0.5 + Math.random() / 2), signal)
    }
  }

  const get: Client['get'] = async (runId, options) => ask<RunJson>(`runs/${runId}/`, options)

  return {
    submit: async (run, options) =>
      ask<Submitted>('runs/', {
        method: 'POST',
        body: { idempotency_key: freshKey(), ...run },
        ...options,
      }),
    get,
    async wait(runId, options) {
      for (;;) {
        const run = await get(runId, options)
        if (run.finished_at !== null) return run
        await toEnd(events(runId, { after: run.last_sequence, ...options }), options?.signal)
      }
    },
    events,
    cancel: async (runId, options) =>
      ask<RunJson>(`runs/${runId}/cancel/`, { method: 'POST', body: {}, ...options }),
  }
}

/** Resolves when there are no more, or after a moment where they are switched off. */
async function toEnd(events: AsyncIterable<RunEventJson>, signal?: AbortSignal): Promise<void> {
  try {
    for await (const _ of events) continue
  } catch (error) {
    if (!(error instanceof AgenticClientError) || error.code !== 'events_off') throw error
    await pause(1000, signal)
  }
}

/** Also where a page has no `crypto.randomUUID`, as one without TLS. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function toReset(sequence: number, payload: RunEventJson['payload']): RunEventJson {
  return { sequence, event_type: 'reset', payload, created_at: null }
}
