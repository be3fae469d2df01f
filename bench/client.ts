import { Agent, request } from 'node:http'

/** A run that takes longer hangs; better an error than a benchmark that never ends. */
const patienceMs = 60_000

/** What a browser does: submits a run, and follows it to its end. */
export class Client {
  readonly port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })

  constructor(port: number) {
    this.port = port
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Answers the milliseconds from the submit to its end. */
  async run(session: string, user: string): Promise<number> {
    const started = performance.now()
    const id = await this.submit({ session, user, input: 'What does AB123 cost?' })
    const log = await this.#send('GET', `/agents/runs/${id}/events/`, user)
    if (!log.includes('event: run.completed')) throw new Error(`run ${id} did not complete: ${log}`)
    return performance.now() - started
  }

  async submit(run: {
    session: string
    user: string
    input: string
    agent?: string
  }): Promise<string> {
    const { session, user, input, agent } = run
    const body = JSON.stringify({ session_key: session, input, agent_key: agent ?? 'prices' })
    const answer = await this.#send('POST', '/agents/runs/', user, body)
    const { run_id: id } = JSON.parse(answer) as { run_id?: string }
    if (id === undefined) throw new Error(`a run was not accepted: ${answer}`)
    return id
  }

  async #send(method: string, path: string, user: string, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = {
        'x-user': user,
        accept: method === 'GET' ? 'text/event-stream' : 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      }
      const where = { host: '127.0.0.1', port: this.port, method, path, headers }
      const sent = request({ ...where, agent: this.#agent }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve(text))
        response.on('error', reject)
      })
      sent.setTimeout(patienceMs, () =>
        sent.destroy(new Error(`${method} ${path} was silent for ${patienceMs / 1000} s`)),
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
