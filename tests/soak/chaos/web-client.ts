import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from './journal.ts'

export interface RunSeen {
  run_id: string
  status: string
  cancel_requested?: boolean
}

const patienceMs = 15_000
const ended = ['completed', 'failed', 'cancelled']

export function isEnded({ status }: RunSeen): boolean {
  return ended.includes(status)
}

/** A user's program: asks again whenever the web process is away, or says that it cannot answer now. */
export class WebClient {
  readonly #url: string
  readonly #journal: Journal
  readonly #signal: AbortSignal

  constructor(url: string, journal: Journal, signal: AbortSignal) {
    this.#url = url
    this.#journal = journal
    this.#signal = signal
  }

  async submit(owner: string, session: string, input: string, key: string): Promise<string> {
    const body = { session_key: session, input, idempotency_key: key }
    return (await this.#expect<RunSeen>(owner, 'runs/', body)).run_id
  }

  async get(owner: string, id: string): Promise<RunSeen> {
    return this.#expect(owner, `runs/${id}/`)
  }

  async cancel(owner: string, id: string): Promise<RunSeen> {
    return this.#expect(owner, `runs/${id}/cancel/`, {})
  }

  async decide(owner: string, runId: string, decision: 'approve' | 'reject'): Promise<boolean> {
    interface Listed {
      approvals: { approval_id: string; status: string }[]
    }
    const { approvals } = await this.#expect<Listed>(owner, `runs/${runId}/approvals/`)
    const waiting = approvals.filter(({ status }) => status === 'pending')
    const answers = await Promise.all(
      waiting.map(async ({ approval_id: id }) =>
        this.#ask(owner, `approvals/${id}/`, { decision }),
      ),
    )
    return answers.some(({ ok }) => ok)
  }

  /** Events after the given one, until the stream ends or breaks. */
  async stream(owner: string, id: string, after: number): Promise<Response> {
    const headers = { 'x-user': owner, accept: 'text/event-stream', 'last-event-id': String(after) }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(60_000)])
    return fetch(`${this.#url}/agents/runs/${id}/events/`, { headers, signal })
  }

  async #expect<T>(owner: string, path: string, body?: object): Promise<T> {
    const response = await this.#ask(owner, path, body)
    const text = await response.text()
    if (response.ok) return JSON.parse(text) as T
    throw new Error(`${path} answered ${response.status}: ${text}`)
  }

  async #ask(owner: string, path: string, body?: object): Promise<Response> {
    for (;;) {
      this.#signal.throwIfAborted()
      const response = await this.#try(owner, path, body)
      if (response !== null) return response
      await delay(100)
    }
  }

  /** Null when it is to be asked again. */
  async #try(owner: string, path: string, body?: object): Promise<Response | null> {
    const headers = { 'x-user': owner, 'content-type': 'application/json' }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)])
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    try {
      const response = await fetch(`${this.#url}/agents/${path}`, { headers, signal, ...sent })
      // Read here, where a line that breaks in the middle is noticed.
      const text = await response.text()
      if (response.status === 500) this.#journal.problem(`${path} answered 500: ${text}`)
      return response.status >= 500 ? null : new Response(text, response)
    } catch {
      return null // away, killed in the middle, or too slow
    }
  }
}
