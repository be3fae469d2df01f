import type { Client, PoolConfig } from 'pg'
import { AgenticError } from '../../core/errors.ts'
import type { Query } from '../database.ts'
import { runOn, type Driver } from './driver.ts'
import { PostgresFailure } from './failure.ts'

interface Reader {
  client: Promise<Client>
  /** Questions it has not answered. */
  open: number
}

/**
 * A few connections that answer the questions of the whole process, many on their way at once: thousands of followers
 * cost neither a connection each nor a packet for each question.
 */
export class Readers {
  readonly #driver: Driver
  readonly #config: PoolConfig
  readonly #most: number
  #readers: Reader[] = []
  #isClosed = false

  constructor(driver: Driver, config: PoolConfig, most: number) {
    this.#driver = driver
    this.#config = config
    this.#most = most
  }

  async run(query: Query, isNamed: boolean): Promise<unknown[]> {
    if (this.#isClosed) throw new AgenticError('closed', 'The database was closed.')
    const reader = this.#leastBusy()
    reader.open += 1
    try {
      return await runOn(await reader.client, query, isNamed)
    } catch (error) {
      if (error instanceof PostgresFailure && error.kind === 'away') this.#drop(reader)
      throw error
    } finally {
      reader.open -= 1
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const readers = this.#readers
    this.#readers = []
    await Promise.all(readers.map(async ({ client }) => end(client)))
  }

  #leastBusy(): Reader {
    const idle = this.#readers.toSorted((a, b) => a.open - b.open)[0]
    if (idle !== undefined && (idle.open === 0 || this.#readers.length >= this.#most)) return idle
    const reader = { client: this.#connect(), open: 0 }
    // Whoever asks is told of a failure, and the next one connects anew.
    reader.client.catch(() => this.#drop(reader))
    this.#readers.push(reader)
    return reader
  }

  async #connect(): Promise<Client> {
    const client = new this.#driver.Client(this.#config)
    // What fails while it is connected fails its questions, and it is dropped.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      throw new PostgresFailure(error)
    }
  }

  #drop(reader: Reader): void {
    this.#readers = this.#readers.filter((one) => one !== reader)
    void end(reader.client)
  }
}

async function end(client: Promise<Client>): Promise<void> {
  // One that never connected, or is broken, has nothing to end.
  await client.then(async (connected) => connected.end()).catch(() => {})
}
