import type { Agentic } from './core/api.ts'
import { resolveConfig, type AgenticConfig } from './core/config.ts'
import { AgenticError } from './core/errors.ts'
import type { AgenticOptions } from './core/options.ts'
import type { Queue } from './core/queue.ts'
import { sessionLog } from './events/follow-session.ts'
import { EventHub } from './events/hub.ts'
import { SharedReads } from './events/shared-reads.ts'
import { defaultTemplates } from './html/templates.ts'
import { createHandler } from './http/handler.ts'
import { shapeEvents } from './journal/shape-events.ts'
import { inProcessQueue } from './queue/in-process.ts'
import { inlineQueue } from './queue/inline.ts'
import { Listeners } from './runs/listeners.ts'
import { approvalsApi, runsApi } from './runs/runs.ts'
import type { Runtime } from './runs/runtime.ts'
import { conversationView, runView } from './runs/views.ts'
import { Worker } from './runs/worker.ts'
import { sessionsApi } from './sessions/sessions.ts'
import { lazyDatabase } from './store/lazy.ts'

/**
 * Creates an instance: the handler to mount, and the API for views and services. Wrong settings throw here.
 * Nothing is opened before the first use (or `start()`); `close()` leaves nothing running.
 *
 * @example
 * const agentic = createAgentic({
 *   agents: { support: () => new Agent({ name: 'Support', instructions: 'Help the user.' }) },
 *   owner: async (request) => (await auth(request))?.userId ?? null,
 * })
 */
export function createAgentic<Key extends string>(options: AgenticOptions<Key>): Agentic<Key> {
  const config = resolveConfig(options)
  const runtime = createRuntime(config)
  const life = new Life(runtime)
  const ready = async () => life.ready()
  const runs = runsApi(runtime, ready)
  const sessions = sessionsApi(runtime.database, sessionLog(runtime), ready)
  const approvals = approvalsApi(runtime, ready)
  const templates = { ...defaultTemplates, ...config.templates }
  const views = {
    run: async (query: { owner: string; id: string }) => {
      await ready()
      return runView(runtime, query)
    },
    conversation: async (query: { owner: string; key: string }) => {
      await ready()
      return conversationView(runtime, query)
    },
  }
  const { inputBytes, inputItems } = config.limits
  const http = { ...config, eventsMode: config.events, inputBytes, inputItems, templates }
  const handle = createHandler({ runs, sessions, approvals, views, config: http })

  return {
    basePath: config.basePath,
    fetch: handle,
    runs,
    sessions,
    approvals,
    on: (name, listener) => runtime.listeners.on(name, listener),
    renderRun: async (query) => templates.run(await views.run(query)),
    renderConversation: async (query) => templates.conversation(await views.conversation(query)),
    counts: () => runtime.database.counts(),
    start: ready,
    close: async () => life.close(),
  }
}

function createRuntime(config: AgenticConfig): Runtime {
  const { database: url, tablePrefix: prefix, durability } = config
  const database = lazyDatabase({ url, prefix, durability })
  return {
    config,
    database,
    hub: new EventHub(),
    reads: new SharedReads(database),
    queue: queueOf(config.queue),
    listeners: new Listeners(config.logger),
    shape: shapeEvents({ mode: config.events, redact: config.redact, logger: config.logger }),
    attempts: new Map(),
    reserve: () => null,
    fresh: { count: 0 },
  }
}

function queueOf(queue: AgenticConfig['queue']): Queue {
  if (queue === 'in-process') return inProcessQueue()
  return queue === 'inline' ? inlineQueue() : queue
}

/** new → (first use) started → closed; a start that failed is tried again by the next use. */
class Life {
  readonly #runtime: Runtime
  #started: Promise<void> | undefined
  #worker: Worker | undefined
  #stopWatching: () => void = () => {}
  #closed: Promise<void> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  async ready(): Promise<void> {
    if (this.#closed !== undefined) {
      throw new AgenticError('closed', 'This instance was closed. Create a new one.')
    }
    this.#started ??= this.#start()
    try {
      await this.#started
    } catch (error) {
      this.#started = undefined
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #start(): Promise<void> {
    const { config, database, hub } = this.#runtime
    if (config.migrate) await database.migrate()
    const worker = config.concurrency > 0 ? new Worker(this.#runtime) : undefined
    await worker?.start()
    this.#worker = worker
    this.#stopWatching = database.onExternalChange(() => hub.poke())
  }

  async #close(): Promise<void> {
    await this.#started?.catch(() => {
      // Whoever used the instance was told; closing what was opened is all that is left.
    })
    const { hub, queue, database, config } = this.#runtime
    await this.#worker?.drain()
    this.#stopWatching()
    hub.close()
    await queue.close().catch((error: unknown) => {
      config.logger.warn({ error }, 'the queue did not close')
    })
    await database.close()
  }
}
