import type { Health, WorkOptions } from '../core/api.ts'
import type { AgenticConfig } from '../core/config.ts'
import { AgenticError } from '../core/errors.ts'
import { workConfig } from '../core/work-config.ts'
import type { Runtime } from './runtime.ts'
import { Changes } from '../events/changes.ts'
import { Worker } from './worker.ts'

/** new → (first use, or `work`) started → closed; a start that failed is tried again by the next use. */
export class Life {
  readonly #runtime: Runtime
  readonly #settings: AgenticConfig
  readonly #hurry = new AbortController()
  #started: Promise<void> | undefined
  #isStarted = false
  #worker: Worker | undefined
  #stopWatching: () => void = () => {}
  #closed: Promise<void> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#settings = runtime.config
  }

  async ready(): Promise<void> {
    this.#assertOpen()
    this.#started ??= this.#runtime.telemetry.apart(async () => this.#start())
    try {
      await this.#started
    } catch (error) {
      this.#started = undefined
      throw error
    }
  }

  /** As `ready`, for a process that executes runs although its settings may say that it does not. */
  async work(options: WorkOptions = {}): Promise<Required<WorkOptions>> {
    this.#assertOpen()
    const config = workConfig(this.#settings, options)
    if (this.#started !== undefined) throw alreadyStarted('work')
    this.#runtime.config = config
    await this.ready()
    const { concurrency, executedAgents: agents, drainMs } = config
    return { concurrency, agents, drainSeconds: drainMs / 1000 }
  }

  /** As `ready`, for a process that executes nothing although its settings may say that it does. */
  async operate(): Promise<void> {
    this.#assertOpen()
    if (this.#started !== undefined) throw alreadyStarted('operate')
    this.#runtime.config = Object.freeze({ ...this.#settings, concurrency: 0 })
    await this.ready()
  }

  health(): Omit<Health, 'streams'> {
    const { concurrency, leaseMs } = this.#runtime.config
    const { running, beatAgeMs } = this.#worker?.state ?? { running: 0, beatAgeMs: null }
    const lastHeartbeatAt = beatAgeMs === null ? null : Math.round(Date.now() - beatAgeMs)
    const facts = { running, concurrency, lastHeartbeatAt }
    if (this.#closed !== undefined) return { status: 'draining', ...facts }
    if (!this.#isStarted) return { status: 'starting', ...facts }
    return { status: (beatAgeMs ?? 0) > leaseMs ? 'failing' : 'ok', ...facts }
  }

  async close({ now = false } = {}): Promise<void> {
    if (now) this.#hurry.abort()
    this.#closed ??= this.#close()
    await this.#closed
  }

  #assertOpen(): void {
    if (this.#closed === undefined) return
    throw new AgenticError('closed', 'This instance was closed. Create a new one.')
  }

  async #start(): Promise<void> {
    const { config, database, hub, queue, telemetry } = this.#runtime
    if (config.migrate) await database.migrate()
    const worker = config.concurrency > 0 ? new Worker(this.#runtime) : undefined
    await worker?.start()
    this.#worker = worker
    const changes = new Changes(database, hub)
    const stopWatching = database.onExternalChange(({ runs }) => {
      if (runs === null) void changes.look()
      else hub.poke(runs)
    })
    const stopHearing = queue.pokes?.listen((runs) => hub.poke(runs))
    this.#stopWatching = () => {
      stopWatching()
      stopHearing?.()
    }
    telemetry.start()
    this.#isStarted = true
  }

  async #close(): Promise<void> {
    await this.#started?.catch(() => {
      // Whoever used the instance was told; closing what was opened is all that is left.
    })
    const { hub, queue, database, config, telemetry } = this.#runtime
    await this.#worker?.drain(this.#hurry.signal)
    this.#stopWatching()
    hub.close()
    await queue.close().catch((error: unknown) => {
      config.logger.warn({ error }, 'the queue did not close')
    })
    await database.close()
    telemetry.close()
  }
}

function alreadyStarted(method: 'work' | 'operate'): AgenticError {
  return new AgenticError(
    'already_started',
    `${method}() was called on an instance that is in use: something called start(), work() or another of its methods before. Call ${method}() first, and once.`,
  )
}
