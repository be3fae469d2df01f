import { AgenticClientError, pauseAfter } from './error.ts'
import { follow, type FollowOptions } from './follow.ts'
import { pause } from './pause.ts'
import { requester, unreachable, type Asked, type ClientOptions } from './request.ts'
import type {
  ApprovalJson,
  ApprovalPage,
  ApprovalQuery,
  Decide,
  RunEventJson,
  RunJson,
  Submit,
  Submitted,
} from './wire.ts'

const tries = 4
const firstPauseMs = 250

/** All of them reject with an `AgenticClientError`, or with the reason of the signal. */
export interface Client {
  /** Safe to be sent twice, and sent again when the line or a proxy fails. */
  submit(run: Submit, options?: { signal?: AbortSignal }): Promise<Submitted>
  get(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
  /** Resolves when the run has ended. */
  wait(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
  /**
   * The run's log as it grows, to its last event. Each event once and in order: a line that breaks or goes silent is
   * made anew, for as long as nobody aborts, and read on from where it was.
   */
  events(runId: string, options?: FollowOptions): AsyncGenerator<RunEventJson, void, undefined>
  /** Answers with the run, which may take a moment to end. */
  cancel(runId: string, options?: { signal?: AbortSignal }): Promise<RunJson>
  /** What waits for a decision of who asks, the first one first; with a `status`, what was decided. */
  approvals(query?: ApprovalQuery, options?: { signal?: AbortSignal }): Promise<ApprovalPage>
  /** Safe to be sent twice; a different decision afterwards is refused with `already_decided`. */
  decide(
    approvalId: string,
    decision: Decide,
    options?: { signal?: AbortSignal },
  ): Promise<ApprovalJson>
}

/**
 * A client of the HTTP contract, for browsers and Node.
 *
 * @example
 * const client = createClient({ url: '/agents' })
 * const { run_id } = await client.submit({ session_key: 'chat', input: 'Refund order 42' })
 * for await (const { event_type, payload } of client.events(run_id)) show(event_type, payload)
 */
export function createClient(options: ClientOptions): Client {
  const ask = requester(options)

  /** All that is asked may be asked twice. */
  async function json<T>(path: string, asked: Asked = {}): Promise<T> {
    for (let n = 1; ; n += 1) {
      try {
        const response = await ask(path, asked)
        return await response.json().catch((cause: unknown) => unreachable(cause, asked.signal))
      } catch (error) {
        const waitMs = pauseAfter(error, firstPauseMs * 2 ** n * Math.random())
        if (n === tries) throw error
        await pause(waitMs, asked.signal)
      }
    }
  }

  const client: Client = {
    submit: async (run, asked) =>
      json('runs/', {
        method: 'POST',
        body: { ...run, idempotency_key: run.idempotency_key ?? freshKey() },
        ...asked,
      }),
    get: async (runId, asked) => json(pathOf(runId), asked),
    async wait(runId, asked) {
      for (;;) {
        const run = await client.get(runId, asked)
        if (run.finished_at !== null) return run
        await toEnd(client.events(runId, { after: run.last_sequence, ...asked }), asked?.signal)
      }
    },
    events: (runId, asked) => follow(ask, runId, asked),
    cancel: async (runId, asked) =>
      json(`${pathOf(runId)}cancel/`, { method: 'POST', body: {}, ...asked }),
    approvals: async (query, asked) => {
      const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
      return json(
        `approvals/?${new URLSearchParams(given.map(([name, value]) => [name, `${value}`]))}`,
        asked,
      )
    },
    decide: async (approvalId, body, asked) =>
      json(`approvals/${encodeURIComponent(approvalId)}/`, { method: 'POST', body, ...asked }),
  }
  return client
}

function pathOf(runId: string): string {
  return `runs/${encodeURIComponent(runId)}/`
}

/** Resolves when there are no more, or after a moment where they are switched off. */
async function toEnd(
  events: AsyncIterable<RunEventJson>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    let seen = 0
    for await (const _ of events) seen += 1
    if (seen === 0) await pause(1000, signal)
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
