import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'

/** Whether there is a program to start servers with. */
export const hasRedisProgram = spawnSync('redis-server', ['--version']).status === 0

/** A Redis of the test's own, which keeps nothing when it stops, gone after it. */
export class RedisServer {
  readonly url: string
  readonly #port: number
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  /** One that is not there yet. */
  static async planned(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    onTestFinished(async () => server.stop())
    return server
  }

  static async started(): Promise<RedisServer> {
    const server = await RedisServer.planned()
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '']
    this.#process = spawn('redis-server', args, { stdio: 'ignore' })
    await this.ask(async (redis) => redis.ping())
  }

  async stop(): Promise<void> {
    if (this.#process === undefined) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
    this.#process = undefined
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
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
