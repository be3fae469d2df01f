import { setTimeout as delay } from 'node:timers/promises'
import type { Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Answer, Delivery, ListenOptions, Work } from '../../core/queue.ts'
import { connect, copiesOf, settled, soon, type Packages, type RedisAddress } from './redis.ts'
import type { QueueName } from './sender.ts'

/** A job is never failed for having been taken down with its workers: our rows know when a run is to blame. */
const anyNumberOfTimes = 1_000_000
/** For how long a Redis may take to let us go, once nothing is under way any more. */
const patienceMs = 3_000

/** Takes jobs, each held for as long as the work it led to takes. */
export class Receiver {
  readonly #packages: Packages
  readonly #work: Work
  /** Ours, and the copies that BullMQ makes of it. */
  readonly #clients: Redis[]
  readonly #worker: Worker<{ runId: string }>
  readonly #calls = new Set<Promise<Answer>>()
  #isEnding = false
  #ended: Promise<void> | undefined

  constructor(
    packages: Packages,
    address: RedisAddress,
    { name, prefix }: QueueName,
    work: Work,
    { concurrency, leaseMs, trouble }: ListenOptions,
  ) {
    this.#packages = packages
    this.#work = work
    const connection = connect(packages, address, {
      maxRetriesPerRequest: null,
      // One that waits to reconnect has to end by itself.
      retryStrategy: (times) => (this.#isEnding ? null : soon(times)),
    })
    this.#clients = copiesOf(connection)
    this.#worker = new packages.bullmq.Worker<{ runId: string }>(
      name,
      async (job, token) => this.#process(job, token),
      {
        connection,
        prefix,
        concurrency,
        // Leases are renewed as often, so a lock that is over says that the leases are, too.
        lockRenewTime: Math.round(leaseMs / 3),
        lockDuration: Math.round((leaseMs * 4) / 3),
        stalledInterval: Math.max(100, Math.round(leaseMs / 6)),
        maxStalledCount: anyNumberOfTimes,
        runRetryDelay: 1_000,
      },
    )
    this.#worker.on('error', trouble)
  }

  /** Takes no more jobs; resolves when those under way are over and the connections are gone. */
  async end(): Promise<void> {
    this.#ended ??= this.#end()
    await this.#ended
  }

  async #end(): Promise<void> {
    this.#isEnding = true
    await this.#worker.pause(true)
    const closed = this.#close()
    while (this.#calls.size > 0) await Promise.all(this.#calls)
    const isLate = await Promise.race([closed, delay(patienceMs, true, { ref: false })])
    // Whatever waits for an answer is told that there will be none.
    if (isLate === true) for (const client of this.#clients) hangUp(client)
    await closed
  }

  async #close(): Promise<void> {
    await Promise.all(this.#clients.map(settled))
    await this.#worker.close()
    for (const client of this.#clients) hangUp(client)
  }

  async #process(job: Job<{ runId: string }>, token: string | undefined): Promise<void> {
    // What wakes from now on is news, and leads to another job.
    job.removeDeduplicationKey().catch(() => {
      // Then wake-ups for this run are left to the sweeper until the job is over.
    })
    const { runId } = job.data
    // What was being fetched when this ended is for another process.
    const { againMs } = this.#isEnding
      ? { againMs: 0 }
      : await this.#call({ runId, times: job.attemptsStarted })
    if (againMs === null) return
    await job.moveToDelayed(Date.now() + againMs, token)
    throw new this.#packages.bullmq.DelayedError()
  }

  async #call(delivery: Delivery): Promise<Answer> {
    const call = this.#work(delivery)
    this.#calls.add(call)
    try {
      return await call
    } finally {
      this.#calls.delete(call)
    }
  }
}

/** One that waits to reconnect would never end: soon it tries, and is told not to. */
function hangUp(client: Redis): void {
  if (client.status !== 'reconnecting' && client.status !== 'end') client.disconnect()
}
