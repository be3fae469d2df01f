import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { until } from '../support/sql.ts'

export interface HeldPauses {
  /** For the processes of a desk that are to be held. */
  env: Record<string, string>
  /** Of the offline model: one before each word, and one before the end of an answer. */
  model: Gate
  /** Of the tools: one in each call, but in `book_flight` one before the seat is booked and one after. */
  tools: Gate
}

/**
 * A desk whose pauses are no stretches of time but points at which it stays until the test lets it go on, so that what
 * is true only in the middle of a run can be looked at for as long as it takes. At first nothing goes on.
 */
export async function holdPauses(): Promise<HeldPauses> {
  const gates = { model: new Gate(), tools: new Gate() }
  const server = createServer(({ url }, response) => {
    const gate = Object.entries(gates).find(([who]) => url === `/${who}`)?.[1]
    if (gate === undefined) response.writeHead(404).end()
    else gate.hold(response)
  })
  // A line that is kept for the next pause would be closed just when that is asked for.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const env = {
    NODE_OPTIONS: `--import=${new URL('./hold-pauses.mjs', import.meta.url)}`,
    HELD_PAUSES_URL: `http://127.0.0.1:${port}`,
    // Any length: of no length there would be no pauses.
    OFFLINE_DELAY_MS: '1000',
  }
  return { env, ...gates }
}

export class Gate {
  readonly #held = new Set<ServerResponse>()
  #allowed = 0

  /** So many pauses end, those to come included. */
  allow(count: number): void {
    this.#allowed += count
    for (const response of this.#held) this.#letGo(response)
  }

  /** All of them end, until it is closed again. */
  open(): void {
    this.allow(Infinity)
  }

  close(): void {
    this.#allowed = 0
  }

  /** Ends one pause after the other until it is so while the next is held. */
  async openUntil(isSo: () => Promise<boolean>): Promise<void> {
    for (;;) {
      await until(() => this.#held.size > 0)
      if (await isSo()) return
      this.allow(1)
    }
  }

  hold(response: ServerResponse): void {
    this.#held.add(response)
    // Whoever paused was cancelled or killed.
    response.on('close', () => this.#held.delete(response))
    this.#letGo(response)
  }

  #letGo(response: ServerResponse): void {
    if (this.#allowed < 1) return
    this.#allowed -= 1
    this.#held.delete(response)
    response.end()
  }
}
