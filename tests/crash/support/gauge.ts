import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What a `countingAgent` tells from inside its tool. */
export interface Inside {
  runId: string
  owner: string
  agentKey: string
}

/** Counts over all processes how many runs are inside a tool at the same moment, and how often each run was. */
export class Gauge {
  /** By run. */
  readonly times = new Map<string, number>()
  /** The most there were at a moment: `total`, `owner …`, `agent …`. */
  readonly most = new Map<string, number>()
  readonly #now = new Map<string, number>()
  readonly #server: Server
  url = ''

  private constructor() {
    this.#server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost')
      const inside = Object.fromEntries(searchParams) as unknown as Inside
      void this.#count(inside).then(() => response.end('counted'))
    })
  }

  static async start(): Promise<Gauge> {
    const gauge = new Gauge()
    gauge.#server.listen(0, '127.0.0.1')
    await once(gauge.#server, 'listening')
    gauge.url = `http://127.0.0.1:${(gauge.#server.address() as AddressInfo).port}/`
    return gauge
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #count({ runId, owner, agentKey }: Inside): Promise<void> {
    this.times.set(runId, (this.times.get(runId) ?? 0) + 1)
    const keys = ['total', `owner ${owner}`, `agent ${agentKey}`]
    for (const key of keys) {
      const now = (this.#now.get(key) ?? 0) + 1
      this.#now.set(key, now)
      this.most.set(key, Math.max(this.most.get(key) ?? 0, now))
    }
    await delay(5)
    for (const key of keys) this.#now.set(key, this.#now.get(key)! - 1)
  }
}
