import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { connect, ready, type Packages, type RedisAddress } from './redis.ts'

export interface QueueName {
  name: string
  prefix: string
}

/** Adds jobs and publishes. Connects at its first use. */
export class Sender {
  readonly #packages: () => Promise<Packages>
  readonly #address: RedisAddress
  readonly #queueName: QueueName
  #redis: Promise<Redis> | undefined
  #queue: Queue | undefined

  constructor(packages: () => Promise<Packages>, address: RedisAddress, queueName: QueueName) {
    this.#packages = packages
    this.#address = address
    this.#queueName = queueName
  }

  async addJobs(runIds: string[], signal: AbortSignal): Promise<void> {
    const redis = await this.#connected()
    await ready(redis, signal)
    const { bullmq } = await this.#packages()
    const { name, prefix } = this.#queueName
    // Without a check of the version there is nothing that could fail halfway through its making.
    const options = { connection: redis, prefix, skipVersionCheck: true }
    this.#queue ??= new bullmq.Queue(name, options).on('error', () => {})
    await this.#queue.addBulk(runIds.map(toJob))
  }

  /** Rejects when Redis does not answer. */
  async ping(signal: AbortSignal): Promise<void> {
    const redis = await this.#connected()
    await ready(redis, signal).catch((cause: unknown) => {
      throw new Error('Redis cannot be reached.', { cause })
    })
    await redis.ping()
  }

  /** Fire and forget; nothing is kept for a broker that is away. */
  publish(channel: string, message: string): void {
    this.#connected()
      .then(async (redis) => (redis.status === 'ready' ? redis.publish(channel, message) : null))
      .catch(() => {
        // Who listens looks by himself, only later.
      })
  }

  async close(): Promise<void> {
    const redis = await this.#redis?.catch(() => undefined)
    await this.#queue?.close()
    redis?.disconnect()
  }

  /** Commands fail at once while the line is down, instead of gathering. */
  async #connected(): Promise<Redis> {
    this.#redis ??= this.#connect()
    try {
      return await this.#redis
    } catch (error) {
      this.#redis = undefined
      throw error
    }
  }

  async #connect(): Promise<Redis> {
    return connect(await this.#packages(), this.#address, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
    })
  }
}

/** Of jobs for the same run only one waits. Redis keeps nothing of a job that is over. */
function toJob(runId: string) {
  return {
    name: 'wake',
    data: { runId },
    opts: {
      deduplication: { id: runId === '' ? 'any' : runId },
      removeOnComplete: true,
      removeOnFail: true,
    },
  }
}
