import { setTimeout as delay } from 'node:timers/promises'

export interface RunJson {
  run_id: string
  status: string
  final_output: string | null
  error: string | null
  attempt: number
  last_sequence: number
}

export interface BookingJson {
  id: string
  reference: string
  owner: string
  flight_number: string
  created_at: string
}

/** Somebody signed in, speaking HTTP as a program would. */
export class DeskClient {
  url: string
  readonly #cookie: string

  private constructor(url: string, cookie: string) {
    this.url = url
    this.#cookie = cookie
  }

  static async signIn(url: string, user: string): Promise<DeskClient> {
    const answer = await post(`${url}/demo-login`, { user })
    const cookie = answer.headers.get('set-cookie')?.split(';')[0]
    if (answer.status !== 303 || !cookie) throw new Error(`No sign-in: ${answer.status}`)
    return new DeskClient(url, cookie)
  }

  /** The same person at another server. */
  at(url: string): DeskClient {
    return new DeskClient(url, this.#cookie)
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = this.#cookie
    return fetch(`${this.url}${path}`, { headers: { cookie, ...headers }, redirect: 'manual' })
  }

  async post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return post(`${this.url}${path}`, form, { cookie: this.#cookie, origin: this.url, ...headers })
  }

  async bookings(): Promise<BookingJson[]> {
    return json(await this.get('/bookings'))
  }

  /** The key of the conversation that the page shows. */
  async sessionKey(): Promise<string> {
    const page = await (await this.get('/')).text()
    return /name="session_key"\s+value="([^"]+)"/.exec(page)?.[1] ?? ''
  }

  async ask(session_key: string, input: string, idempotency_key?: string): Promise<string> {
    const form = { session_key, input, ...(idempotency_key ? { idempotency_key } : {}) }
    const { run_id } = await json<RunJson>(await this.post('/agents/runs/', form))
    return run_id
  }

  async run(id: string): Promise<RunJson> {
    return json(await this.get(`/agents/runs/${id}/`))
  }

  /** Says yes to everything that a run asks. */
  async approve(run: string): Promise<void> {
    const answer = await this.get(`/agents/runs/${run}/approvals/`)
    const { approvals } = await json<{ approvals: { approval_id: string }[] }>(answer)
    for (const { approval_id } of approvals) {
      await json(await this.post(`/agents/approvals/${approval_id}/`, { decision: 'approve' }))
    }
  }

  /** The run when it has ended. */
  async ended(id: string): Promise<RunJson> {
    for (;;) {
      const run = await this.run(id)
      if (['completed', 'failed', 'cancelled'].includes(run.status)) return run
      await delay(50)
    }
  }

  async events(id: string): Promise<{ sequence: number; event_type: string }[]> {
    const path = `/agents/runs/${id}/events/?limit=1000`
    return (
      await json<{ events: { sequence: number; event_type: string }[] }>(await this.get(path))
    ).events
  }
}

async function post(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams(form)
  return fetch(url, { method: 'POST', body, headers, redirect: 'manual' })
}

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
