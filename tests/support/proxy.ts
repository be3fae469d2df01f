import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { listenAnywhere, listenOn } from './free-port.ts'

const directions = ['up', 'down'] as const
/** `up` leads to the server. */
export type Direction = (typeof directions)[number]

interface Connection {
  client: Socket
  server: Socket
  /** Nothing of it arrives any more. */
  isSilent: boolean
}

/** A line on loopback to a server, which can be disturbed. Closed when the test ends. */
export async function createLine(target: string): Promise<Line> {
  const line = new Line(new URL(target))
  onTestFinished(() => line.close())
  await line.accept()
  return line
}

export class Line {
  readonly #target: URL
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  /** Of a connection whose client left without a word the other half stays. */
  readonly #sockets = new Set<Socket>()
  readonly #frozen = new Map<Direction, PromiseWithResolvers<void>>()
  #delayMs = 0
  #port = 0
  #watcher: (direction: Direction, text: string) => void = () => {}

  constructor(target: URL) {
    this.#target = target
    this.#server = createServer((client) => this.#join(client))
  }

  /** The server's URL, by way of this line. */
  get url(): string {
    const url = new URL(this.#target)
    url.host = `127.0.0.1:${this.#port}`
    return url.href
  }

  get connections(): number {
    return this.#connections.size
  }

  /** Resets every connection there is; new ones can be made. */
  cut(): void {
    for (const { client, server } of this.#connections) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  /** New connections are refused, as if nothing listened. */
  refuse(): void {
    this.#server.close()
  }

  /** Connections are possible again, at the same port. */
  async accept(): Promise<void> {
    if (this.#server.listening) return
    if (this.#port === 0) this.#port = await listenAnywhere(this.#server)
    else await listenOn(this.#server, this.#port)
  }

  /** From now on what is sent arrives so much later, in either direction. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Calls back with each piece that comes here, before it goes on. */
  watch(watcher: (direction: Direction, text: string) => void): void {
    this.#watcher = watcher
  }

  /** The connections there are become silent for ever, as when a host on the way forgot them; new ones work. */
  silence(): void {
    for (const connection of this.#connections) connection.isSilent = true
  }

  /** Nothing arrives any more, and nobody is told: connections stay open, also new ones. */
  freeze(which: readonly Direction[] = directions): void {
    for (const direction of which) {
      if (!this.#frozen.has(direction)) this.#frozen.set(direction, Promise.withResolvers<void>())
    }
  }

  /** What was held by `freeze` arrives. */
  thaw(): void {
    for (const { resolve } of this.#frozen.values()) resolve()
    this.#frozen.clear()
  }

  close(): void {
    this.refuse()
    this.thaw()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(client: Socket): void {
    const server = createConnection(Number(this.#target.port), this.#target.hostname)
    const connection = { client, server, isSilent: false }
    this.#connections.add(connection)
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.setNoDelay(true)
      socket.on('error', () => {}) // the other end is told by the close that follows
    }
    this.#forward(connection, 'up')
    this.#forward(connection, 'down')
    client.on('close', () => this.#connections.delete(connection))
  }

  /** In the order of arrival, each piece after its delay; the end of the stream as well. */
  #forward(connection: Connection, direction: Direction): void {
    const { client, server } = connection
    const [from, to] = direction === 'up' ? [client, server] : [server, client]
    let last = Promise.resolve()
    const pass = (action: () => void) => {
      const due = performance.now() + this.#delayMs
      last = last.then(async () => {
        const early = due - performance.now()
        if (early > 0) await sleep(early)
        await this.#frozen.get(direction)?.promise
        if (!to.destroyed && !connection.isSilent) action()
      })
    }
    from.on('data', (piece: Buffer) => {
      this.#watcher(direction, piece.toString('latin1'))
      pass(() => void to.write(piece))
    })
    from.on('close', () => pass(() => void to.destroy()))
  }
}
