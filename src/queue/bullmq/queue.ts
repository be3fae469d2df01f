import { AgenticError } from '../../core/errors.ts'
import type { ListenOptions, Queue, Work } from '../../core/queue.ts'
import { Outbox } from '../outbox.ts'
import { RedisPokes } from './pokes.ts'
import { Receiver } from './receiver.ts'
import { loadPackages, type Packages, type RedisAddress } from './redis.ts'
import { Sender } from './sender.ts'

export interface BullmqQueueOptions {
  /** Where Redis is: `redis://…`, `rediss://…`, or options as ioredis takes them. */
  connection: RedisAddress
  /** The name of BullMQ's queue. Default `agentic`. */
  name?: string
  /** What BullMQ's keys begin with. Default `bull`. */
  prefix?: string
}

const checkMs = 5_000

/** Wakes workers through BullMQ. */
export class BullmqQueue implements Queue {
  readonly pokes: RedisPokes
  readonly #address: RedisAddress
  readonly #queueName: { name: string; prefix: string }
  readonly #sender: Sender
  readonly #outbox: Outbox
  #packages: Promise<Packages> | undefined
  #receiver: Receiver | undefined
  #closed: Promise<void> | undefined

  constructor(options: BullmqQueueOptions) {
    const { connection, name = 'agentic', prefix = 'bull' } = checked(options)
    const packages = async () => this.#load()
    this.#address = connection
    this.#queueName = { name, prefix }
    this.#sender = new Sender(packages, connection, this.#queueName)
    this.#outbox = new Outbox({
      send: async (runIds, signal) => this.#sender.addJobs(runIds, signal),
    })
    this.pokes = new RedisPokes(packages, connection, `${prefix}:${name}:pokes`, this.#sender)
  }

  async wake(runId: string): Promise<void> {
    return this.#outbox.wake(runId)
  }

  async listen(work: Work, options: ListenOptions): Promise<void> {
    const packages = await this.#load()
    this.#receiver = new Receiver(packages, this.#address, this.#queueName, work, options)
  }

  async check(): Promise<void> {
    await this.#sender.ping(AbortSignal.timeout(checkMs))
  }

  async stop(): Promise<void> {
    // What it waits for is waited for by `close`.
    void this.#receiver?.end()
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    // What calls under way wake in their turn is sent before the outbox closes.
    await this.#receiver?.end()
    await Promise.all([this.#outbox.close(), this.pokes.close()])
    await this.#sender.close()
  }

  async #load(): Promise<Packages> {
    this.#packages ??= loadPackages()
    return this.#packages
  }
}

function checked(options: BullmqQueueOptions): BullmqQueueOptions {
  const { connection, name, prefix } = options
  if (!isAddress(connection)) {
    throw refuse(
      'connection',
      'a URL like "redis://localhost:6379", or options as ioredis takes them',
    )
  }
  if (name !== undefined && !isName(name)) throw refuse('name', 'a text without ":"')
  if (prefix !== undefined && !isName(prefix)) throw refuse('prefix', 'a text without ":"')
  return options
}

function isAddress(value: unknown): boolean {
  if (typeof value === 'string') return /^rediss?:\/\//.test(value)
  return typeof value === 'object' && value !== null
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes(':')
}

/** Never quotes the value: an address may hold a password. */
function refuse(name: string, accepted: string): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `\`${name}\` of bullmqQueue is not right. Accepted is ${accepted}.`,
  )
}
