import type { Agentic, WorkOptions } from './core/api.ts'
import { resolveConfig, type AgenticConfig } from './core/config.ts'
import type { AdminApi } from './core/admin.ts'
import type { AgenticOptions } from './core/options.ts'
import type { Queue } from './core/queue.ts'
import { sessionLog } from './events/follow-session.ts'
import { cleanupApi } from './cleanup/api.ts'
import { EventHub } from './events/hub.ts'
import { SharedReads } from './events/shared-reads.ts'
import { adminAssets } from './admin/assets.ts'
import { adminDoor } from './admin/door.ts'
import { routes } from './routes.ts'
import { defaultTemplates } from './html/templates.ts'
import { newFormKey } from './html/form.ts'
import { liveUrlOf } from './html/live.ts'
import { approvalPageOf, inboxView } from './http/approval-page.ts'
import { Assets, fragmentAssets } from './http/assets.ts'
import { createHandler } from './http/handler.ts'
import { OpenStreams } from './http/open-streams.ts'
import { shapeEvents } from './journal/shape-events.ts'
import { adminApi } from './operations/admin.ts'
import { diagnose } from './operations/doctor.ts'
import { recoverNow } from './operations/recover.ts'
import { inProcessQueue } from './queue/in-process.ts'
import { inlineQueue } from './queue/inline.ts'
import { Life } from './runs/life.ts'
import { Listeners } from './runs/listeners.ts'
import { Outage } from './runs/outage.ts'
import { approvalsApi, runsApi } from './runs/runs.ts'
import type { Runtime } from './runs/runtime.ts'
import { anyonesApproval } from './runs/anyones-approval.ts'
import { usageOf } from './runs/usage.ts'
import { conversationView, runState, runVersion, runView } from './runs/views.ts'
import { ownersApi } from './sessions/owners.ts'
import { sessionsApi } from './sessions/sessions.ts'
import { lazyDatabase } from './store/lazy.ts'
import { Telemetry } from './telemetry/telemetry.ts'

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
export function createAgentic<Key extends string, Original = unknown>(
  options: AgenticOptions<Key, Original>,
): Agentic<Key, Original> {
  // What `fetch` is given besides the request is what the app's resolver was typed for.
  const config = resolveConfig(options as AgenticOptions<Key>)
  const streams = new OpenStreams(config.limits.streamsPerOwner)
  const runtime = createRuntime(config, streams)
  const life = new Life(runtime)
  const ready = () => life.ready()
  const runs = runsApi(runtime, ready)
  const sessions = sessionsApi(runtime.database, sessionLog(runtime), ready)
  const api: AdminApi = {
    ...adminApi(runtime, ready),
    cleanup: cleanupApi(runtime.database, config.cleanup, ready),
    recover: async (query) => {
      await ready()
      return recoverNow(runtime, query)
    },
    doctor: async () => diagnose(runtime),
  }
  const approvals = approvalsApi(runtime, ready)
  const approvalOfAnyone = anyonesApproval(runtime, ready)
  const templates = { ...defaultTemplates(), ...config.templates }
  const views = {
    run: async (query: { owner: string; id: string }) => {
      await ready()
      const view = await runView(runtime, query)
      return { ...view, liveUrl: config.events === 'off' ? null : liveUrlOf(view) }
    },
    state: async (query: { owner: string; id: string }) => {
      await ready()
      return await runState(runtime, query)
    },
    version: async (query: { owner: string; id: string }) => {
      await ready()
      return runVersion(runtime, query)
    },
    conversation: async (query: { owner: string; key: string }) => {
      await ready()
      return conversationView(runtime, query)
    },
  }
  const { inputBytes, inputItems } = config.limits
  const assets = new Assets(config.basePath, { ...fragmentAssets, ...adminAssets })
  const http = { ...config, eventsMode: config.events, inputBytes, inputItems, templates }
  const { basePath, agentKeys, leaseMs: staleAfterMs } = config
  const admin = adminDoor({ basePath, agentKeys, staleAfterMs, assets, api })
  const deps = {
    runs,
    sessions,
    approvals,
    approvalOfAnyone,
    admin,
    views,
    assets,
    streams,
    config: http,
  }
  const handle = createHandler(deps, routes)

  return {
    basePath: config.basePath,
    agentKeys: config.agentKeys as Key[],
    fetch: handle,
    runs,
    sessions,
    approvals,
    owners: ownersApi(runtime.database, ready),
    usage: async (query) => {
      await ready()
      return usageOf(runtime.database, query)
    },
    admin: api,
    on: (name, listener) => runtime.listeners.on(name, listener),
    renderRun: async (query) => templates.run(await views.run(query)),
    renderConversation: async (query) => templates.conversation(await views.conversation(query)),
    renderApprovals: async (query) =>
      templates.approvals(
        inboxView(config.basePath, query, await approvalPageOf(approvals, query)),
      ),
    renderForm: async ({ key, target = '#runs' }) =>
      templates.form({
        sessionKey: key,
        basePath: config.basePath,
        idempotencyKey: newFormKey(),
        target,
      }),
    assetUrl: (name) => assets.url(name),
    counts: () => runtime.database.counts(),
    migrate: async () => runtime.database.migrate(),
    plannedSql: async () => runtime.database.plannedSql(),
    start: ready,
    work: async (how) => life.work(how) as Promise<Required<WorkOptions<Key>>>,
    operate: async () => life.operate(),
    health: () => ({ ...life.health(), streams: streams.count }),
    close: async (how) => life.close(how),
  }
}

function createRuntime(config: AgenticConfig, streams: OpenStreams): Runtime {
  const { database: url, tablePrefix: prefix, durability } = config
  const database = lazyDatabase({ url, prefix, durability })
  const attempts: Runtime['attempts'] = new Map()
  const outage = new Outage(
    config.logger,
    'wake-ups cannot be sent; until they can, runs are found by the sweeper',
  )
  const telemetry = new Telemetry(config.telemetry.payloads, {
    basePath: config.basePath,
    attempts: () => attempts.size,
    streams: () => streams.count,
    isQueueAway: () => outage.isOn,
  })
  return {
    config,
    database,
    hub: new EventHub(),
    reads: new SharedReads(database),
    queue: queueOf(config.queue),
    listeners: new Listeners(config.logger),
    telemetry,
    shape: shapeEvents({ mode: config.events, redact: config.redact, logger: config.logger }),
    attempts,
    reserve: () => null,
    outage,
  }
}

function queueOf(queue: AgenticConfig['queue']): Queue {
  if (queue === 'in-process') return inProcessQueue()
  return queue === 'inline' ? inlineQueue() : queue
}
