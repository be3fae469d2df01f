import { EventEmitter, once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { WorkerEvents, WorkerPool } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Answer, Delivery, ListenOptions, Work } from '../../core/queue.ts'
import { Alarm } from './alarm.ts'
import type { Jobs, Payload } from './jobs.ts'
import { troubleLogger, type Connections, type Engine } from './postgres.ts'

const restartMs = 1_000
/** For how long a database may take to let us go, once nothing is under way any more. */
const patienceMs = 3_000

export interface ReceiverOptions {
  engine: Engine
  jobs: Jobs
  /** Connects, and sees to it that the engine's schema is one that it knows. */
  open: () => Promise<Connections>
  work: Work
  listen: ListenOptions
}

/** One pool of the engine's workers, until its last job is over. */
interface Crew {
  workers: WorkerPool
  hangUp: () => void
  over: Promise<void>
}

/**
 * Takes jobs, each held for as long as the work it led to takes. The engine's workers stop by themselves when they
 * could not write down that a job is over, and when anybody installs the engine anywhere in the database: then there
 * are others at once, while the first bring to an end what they have.
 */
export class Receiver {
  readonly #options: ReceiverOptions
  readonly #ending = new AbortController()
  readonly #isEnding = once(this.#ending.signal, 'abort').then(() => null)
  readonly #calls = new Set<Promise<Answer>>()
  readonly #crews = new Set<Crew>()
  readonly #life: Promise<void>
  #ended: Promise<void> | undefined

  constructor(options: ReceiverOptions) {
    this.#options = options
    this.#life = this.#live()
  }

  /** Takes no more jobs; resolves when those under way are over. */
  async end(): Promise<void> {
    this.#ended ??= this.#end()
    await this.#ended
  }

  async #live(): Promise<void> {
    const { trouble } = this.#options.listen
    const { signal } = this.#ending
    while (!signal.aborted) {
      await this.#takeJobs().catch(trouble)
      await delay(restartMs, undefined, { signal }).catch(() => {})
    }
  }

  async #end(): Promise<void> {
    this.#ending.abort()
    await this.#life
    while (this.#calls.size > 0) await Promise.all(this.#calls)
    await Promise.all([...this.#crews].map(leave))
  }

  /** Resolves when the workers take no more jobs. */
  async #takeJobs(): Promise<void> {
    const { engine, jobs, open, listen } = this.#options
    // A database that falls silent while the engine is installed is not waited for.
    const connections = await Promise.race([open(), this.#isEnding])
    if (connections === null || this.#ending.signal.aborted) return
    const { pool, hangUp } = connections
    const { exitCode } = process
    const events: WorkerEvents = new EventEmitter()
    const workers = engine.runTaskList(
      {
        schema: jobs.schema,
        concurrency: listen.concurrency,
        events,
        logger: troubleLogger(engine, (error) => this.#complain(error)),
        noHandleSignals: true,
        // Otherwise nobody listens when a job cannot be completed, and the process ends of it.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      },
      {
        [jobs.task]: async (payload: unknown, { job }) => {
          await alarm.set
          return this.#take(pool, workers, payload as Payload, job.attempts)
        },
      },
      pool,
    )
    const trouble = (error: unknown) => this.#complain(error)
    const alarm = new Alarm({ jobs, pool, poolId: workers.id, leaseMs: listen.leaseMs, trouble })
    const stopping = once(events, 'pool:gracefulShutdown', { signal: this.#ending.signal })
    const crew = { workers, hangUp, over: this.#seeOut(workers, alarm) }
    this.#crews.add(crew)
    void crew.over.then(() => this.#crews.delete(crew))
    try {
      await stopping
      // It was told that another's schema has changed, and said so in the exit code.
      process.exitCode = exitCode
    } catch {
      // We end.
      void shutDown(() => workers.gracefulShutdown())
    }
  }

  /** Says that these workers are there for as long as they have jobs. */
  async #seeOut(workers: WorkerPool, alarm: Alarm): Promise<void> {
    try {
      await workers.promise
      await alarm.end()
    } catch (error) {
      // What they could not give back is given back when the alarm goes off.
      alarm.stop()
      this.#complain(error)
    }
  }

  async #take(pool: Pool, workers: WorkerPool, payload: Payload, tries: number): Promise<void> {
    const { runId = '', times: before = 0, lost } = payload
    if (lost !== undefined) return this.#unlock(pool, workers, lost)
    const delivery = { runId, times: before + tries }
    const { againMs } = await this.#call(delivery)
    if (againMs === null) return
    const key = `${runId}:again`
    await this.#options.jobs.add(pool, { payload: delivery, key, delayMs: againMs })
  }

  async #call(delivery: Delivery): Promise<Answer> {
    // Those who stop have calls under way while those who follow are given as many.
    const { concurrency } = this.#options.listen
    while (this.#calls.size >= concurrency) await Promise.race(this.#calls)
    // What was being fetched when this ended is for another process.
    if (this.#ending.signal.aborted) return { againMs: 0 }
    const call = this.#options.work(delivery)
    this.#calls.add(call)
    try {
      return await call
    } finally {
      this.#calls.delete(call)
    }
  }

  async #unlock(pool: Pool, workers: WorkerPool, lost: string): Promise<void> {
    // Ours came to us: it was put off too late, and will be again.
    if (lost === workers.id) return
    const { jobs } = this.#options
    await jobs.unlock(pool, lost)
    // Nobody is told of what was unlocked, and so would see it only at the next look.
    await jobs.addWakes(pool, [''])
  }

  #complain(error: unknown): void {
    if (!this.#ending.signal.aborted) this.#options.listen.trouble(error)
  }
}

/** Who tries again and again to ask a database that is away is not waited for. */
async function leave({ workers, hangUp, over }: Crew): Promise<void> {
  const isLate = await Promise.race([over, delay(patienceMs, true, { ref: false })])
  if (isLate === true) {
    hangUp()
    await shutDown(() => workers.forcefulShutdown('it did not stop in time'))
  }
  await over
}

async function shutDown(how: () => unknown): Promise<void> {
  try {
    await how()
  } catch {
    // The promise of its life rejects as well, and is looked at.
  }
}
