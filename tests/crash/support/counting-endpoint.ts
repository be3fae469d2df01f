import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { answerTo, piecesOf, type Question } from './answers.ts'

/** What one process asked, and what became of it. */
export interface Call {
  /** The order and the step, e.g. `order-7:Triage#0`. */
  label: string
  nonce: string
  attempt: number
  pid: number
  askedAt: number
  /** `gone`: nobody waited for the answer any more. */
  state: 'open' | 'answered' | 'gone'
  endedAt: number | null
}

/** What an `EndpointModel` sends. */
interface Asked {
  question: Question
  attempt: number
  pid: number
}

export interface EndpointOptions {
  /** How long a model thinks, and how long it pauses between two pieces of a text. */
  thinkMs: () => number
  pieceMs: number
  /** Awaited before the answer. */
  before?: (call: Call) => Promise<void> | undefined
}

/** What an `EndpointModel` asks: a model over HTTP that counts its calls. */
export class CountingEndpoint {
  readonly calls: Call[] = []
  readonly #options: EndpointOptions
  readonly #server: Server
  url = ''

  private constructor(options: EndpointOptions) {
    this.#options = options
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
    // A process that was stopped for a while would ask on a line that was closed meanwhile.
    this.#server.keepAliveTimeout = 0
  }

  static async start(options: EndpointOptions): Promise<CountingEndpoint> {
    const endpoint = new CountingEndpoint(options)
    endpoint.#server.listen(0, '127.0.0.1')
    await once(endpoint.#server, 'listening')
    const { port } = endpoint.#server.address() as AddressInfo
    endpoint.url = `http://127.0.0.1:${port}/`
    return endpoint
  }

  of(label: string): Call[] {
    return this.calls.filter((call) => call.label === label)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { question, attempt, pid } = JSON.parse(await textOf(request)) as Asked
    const answer = answerTo(question)
    const { label, nonce } = answer
    const times = { askedAt: Date.now(), endedAt: null }
    const call: Call = { label, nonce, attempt, pid, state: 'open', ...times }
    this.calls.push(call)
    response.on('close', () => {
      call.state = response.writableFinished ? 'answered' : 'gone'
      call.endedAt = Date.now()
    })
    const { thinkMs, pieceMs, before } = this.#options
    await delay(thinkMs())
    await before?.(call)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const delta of piecesOf(answer.text)) {
      if (response.destroyed) return
      response.write(`${JSON.stringify({ delta })}\n`)
      await delay(pieceMs)
    }
    response.end(`${JSON.stringify({ answer })}\n`)
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
