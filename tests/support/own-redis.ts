import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'

/** A Redis of somebody's own, which keeps nothing when it stops. */
export class OwnRedis {
  readonly url: string
  readonly #port: number
  #process: ChildProcess | undefined

  protected constructor(port: number) {
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  static async launched(): Promise<OwnRedis> {
    const server = new OwnRedis(await freePort())
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '']
    this.#process = spawn('redis-server', args, { stdio: 'ignore' })
    await this.ask(async (redis) => redis.ping())
  }

  async stop(): Promise<void> {
    const process = this.#process
    if (process === undefined) return
    this.#process = undefined
    const exited = once(process, 'exit')
    process.kill('SIGKILL')
    await exited
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  async flush(): Promise<void> {
    await this.ask(async (redis) => redis.flushall())
  }

  /** Asks it behind everybody's back. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { retryStrategy: () => 20, maxRetriesPerRequest: 500 })
    redis.on('error', () => {}) // the question waits until it answers
    try {
      return await question(redis)
    } finally {
      redis.disconnect()
    }
  }
}
