import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Pokes } from '../../core/queue.ts'
import { connect, type Packages, type RedisAddress } from './redis.ts'
import type { Sender } from './sender.ts'

/** At most one message in this time. */
const gatherMs = 10
/** A line on which nothing is heard for longer is dead, and is made anew. */
const pingMs = 5_000

interface Line {
  redis: Redis
  ping: NodeJS.Timeout
}

/** News of runs by pub/sub, on a connection of its own, because one that subscribes can do nothing else. */
export class RedisPokes implements Pokes {
  readonly #self = randomUUID()
  readonly #packages: () => Promise<Packages>
  readonly #address: RedisAddress
  readonly #channel: string
  readonly #sender: Sender
  readonly #listeners = new Set<(runIds: string[]) => void>()
  readonly #gathered = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #line: Promise<Line> | undefined
  #isClosed = false

  constructor(
    packages: () => Promise<Packages>,
    address: RedisAddress,
    channel: string,
    sender: Sender,
  ) {
    this.#packages = packages
    this.#address = address
    this.#channel = channel
    this.#sender = sender
  }

  send(runIds: string[]): void {
    if (this.#isClosed) return
    for (const id of runIds) this.#gathered.add(id)
    if (this.#timer === undefined) this.#publish()
  }

  listen(listener: (runIds: string[]) => void): () => void {
    this.#listeners.add(listener)
    if (!this.#isClosed && this.#line === undefined) {
      this.#line = this.#subscribe()
      // Without news readers look by themselves; whoever sends or listens is told what is wrong with the address.
      this.#line.catch(() => {})
    }
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const line = await this.#line?.catch(() => undefined)
    clearInterval(line?.ping)
    line?.redis.disconnect()
  }

  /** The first goes out at once, what follows soon after it goes together. */
  #publish(): void {
    this.#timer = undefined
    if (this.#gathered.size === 0) return
    const runs = [...this.#gathered]
    this.#gathered.clear()
    this.#sender.publish(this.#channel, JSON.stringify({ from: this.#self, runs }))
    this.#timer = setTimeout(() => this.#publish(), gatherMs).unref()
  }

  async #subscribe(): Promise<Line> {
    const packages = await this.#packages()
    const redis = connect(packages, this.#address, { maxRetriesPerRequest: null })
    redis.on('message', (_channel, text) => this.#hear(text))
    redis.subscribe(this.#channel).catch(() => {
      // It was closed before it was connected.
    })
    const ping = setInterval(() => {
      if (redis.status === 'ready') redis.ping().catch(() => {})
    }, pingMs)
    return { redis, ping: ping.unref() }
  }

  #hear(text: string): void {
    const { from, runs } = readNews(text)
    // What happened here is known here.
    if (from !== this.#self) for (const listener of this.#listeners) listener(runs)
  }
}

/** Whatever else somebody sends on the channel is no news. */
function readNews(text: string): { from: string; runs: string[] } {
  try {
    const news = JSON.parse(text) as { from: string; runs: string[] }
    return Array.isArray(news.runs) ? news : { from: '', runs: [] }
  } catch {
    return { from: '', runs: [] }
  }
}
