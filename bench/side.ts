import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent as HttpAgent, request } from 'node:http'
import { fileURLToPath } from 'node:url'

export interface Usage {
  cpuMs: number
  rss: number
  statements: number
  transactions: number
}

export interface Figures {
  runsPerSecond: number
  cpuMsPerRun: number
  p50Ms: number
  p99Ms: number
  statementsPerRun: number
  transactionsPerRun: number
}

/** A server process under load from this one. */
export class Side {
  readonly #child: ChildProcess
  readonly #port: number
  readonly #agent = new HttpAgent({ keepAlive: true, maxSockets: 256 })

  constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  static async start(side: string, database = ''): Promise<Side> {
    const path = fileURLToPath(new URL('server.ts', import.meta.url))
    const child = fork(path, [side, database], { env: { ...process.env, NODE_ENV: 'production' } })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new Side(child, port)
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage')
    const [usage] = (await once(this.#child, 'message')) as [Usage]
    return usage
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  /** `total` runs from `clients` clients, each submitting and following one to its end before the next. */
  async load(clients: number, total: number, session = (n: number) => `s${n}`): Promise<Figures> {
    const before = await this.usage()
    const started = performance.now()
    const latencies: number[] = []
    let next = 0
    const client = async () => {
      for (let n = next++; n < total; n = next++)
        latencies.push(await this.run(session(n), `u${n % 50}`))
    }
    await Promise.all(Array.from({ length: clients }, client))
    const seconds = (performance.now() - started) / 1000
    const after = await this.usage()
    latencies.sort((a, b) => a - b)
    return {
      runsPerSecond: total / seconds,
      cpuMsPerRun: (after.cpuMs - before.cpuMs) / total,
      p50Ms: latencies[Math.floor(total * 0.5)] ?? 0,
      p99Ms: latencies[Math.floor(total * 0.99)] ?? 0,
      statementsPerRun: (after.statements - before.statements) / total,
      transactionsPerRun: (after.transactions - before.transactions) / total,
    }
  }

  /** Submits one run and follows it to completion; answers the milliseconds it took. */
  async run(session: string, user: string): Promise<number> {
    const started = performance.now()
    const body = JSON.stringify({ session_key: session, input: 'What does AB123 cost?' })
    const submitted = await this.#send('POST', '/agents/runs/', user, body)
    const { run_id: id } = JSON.parse(submitted) as { run_id: string }
    const log = await this.#send('GET', `/agents/runs/${id}/events/`, user)
    if (!log.includes('event: run.completed')) throw new Error(`run ${id} did not complete: ${log}`)
    return performance.now() - started
  }

  async #send(method: string, path: string, user: string, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = {
        'x-user': user,
        accept: method === 'GET' ? 'text/event-stream' : 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      }
      const options = {
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers,
        agent: this.#agent,
      }
      const sent = request(options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve(text))
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
