// A process that takes orders and sees them through: submits them, executes them, approves what waits.
// It is started again after a kill, and must then find its runs and bring them to their end.
import { setTimeout as delay } from 'node:timers/promises'
import { AgenticError, createAgentic, type Queue } from '../../../src/index.ts'
import { inProcessQueue } from '../../../src/queue/in-process.ts'
import { costOfAnswer } from './answers.ts'
import { logEffect, readEffects } from './effects.ts'
import { EndpointModel } from './endpoint-model.ts'
import { LoggingModel } from './logging-model.ts'
import type { Place } from './place.ts'
import { Killer, type HoldAt } from './points.ts'
import { askingSettings, personsReport, toolSettings } from './policies.ts'
import { scenario } from './scenario.ts'

export interface Plan {
  place: Place
  kill: HoldAt | null
  streamed: boolean
  /** How many runs, each in a session of its own. Default 1. */
  orders?: number
  leaseSeconds?: number
  /** Whether commits of the very first start, which makes the schema, count too. */
  fromStart?: boolean
  /** Whether a person is asked about a refund that was cut off, and answers. */
  asks?: boolean
  /** Where a model is that others can count the calls of. Default: one in the process. */
  modelUrl?: string
  /** What this process does, once in all its lives, when a model is about to answer at this step. */
  act?: { at: string; what: 'cancel' | 'drain' | 'arm' }
  /** At this step the model thinks so long, or the whole process stands still; or it does until somebody continues it. */
  slow?: { at: string; ms: number; how: 'thinks' | 'stands still' } | { at: string; how: 'stops' }
}

export const owner = 'ada'
const answers = {
  call: { decision: 'approve' },
  interrupted: { decision: 'done', result: personsReport },
} as const

/** Ends with it when its runs are for another process to end. */
export const drainedCode = 3

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as Plan)

async function main(plan: Plan): Promise<void> {
  const { place, streamed, kill, act, slow, orders = 1, leaseSeconds = 2, fromStart = false } = plan
  const { database, effects } = place
  // A server has its socket; this process has nothing that keeps it from ending while it waits.
  const staying = setInterval(() => {}, 1000)
  const killer = new Killer(kill, effects)
  const known = readEffects(effects)
  const isFirstLife = known.length === 0
  const at = (point: string) => killer.at(point)
  process.on('SIGUSR2', () => void killer.stopBetweenTransactions())
  const model =
    plan.modelUrl === undefined
      ? new LoggingModel({ effects, at, modelMs: () => 5, pieceMs: 60, beforeAnswer })
      : new EndpointModel(plan.modelUrl, (label) => logEffect(effects, { kind: 'aborted', label }))
  let isDraining = false
  let hasStopped = false
  const agentic = createAgentic({
    agents: {
      assistant: () => {
        killer.at('factory')
        return scenario({ effects, model, at })
      },
    },
    owner: () => null,
    database,
    lease: { seconds: leaseSeconds, sweepSeconds: 0.2 },
    concurrency: 8,
    queue: watchedQueue(killer),
    events: streamed ? 'deltas' : 'items',
    tools: plan.asks === true ? askingSettings : toolSettings,
    estimateCost: () => costOfAnswer,
    context: () => {
      killer.at('context')
      return {}
    },
    drainSeconds: 2,
    cancelGraceSeconds: 0.5,
  })
  for (const name of ['run.started', 'run.completed', 'run.cancelled'] as const) {
    agentic.on(name, () => killer.at(`listener:${name}`))
  }
  agentic.on('run.event', ({ event }) => killer.at(`event:${event.type}`))
  // The first life has a schema to look at before anything of interest; a later one has runs to recover.
  if (!isFirstLife || fromStart) killer.arm()
  await agentic.start()
  if (act === undefined) killer.arm()
  const tags = Array.from({ length: orders }, (_, index) => `order-${index + 1}`)
  await Promise.all(tags.map(seeThrough)).catch(async (error: unknown) => {
    // What this process waited for is another one's now.
    if (isDraining) await new Promise(() => {})
    throw error
  })
  await agentic.close()
  clearInterval(staying)
  process.stdout.write(`${killer.commits}\n`)

  async function seeThrough(tag: string): Promise<void> {
    const before = known.find((effect) => effect.kind === 'accepted' && effect.tag === tag)
    const id = before?.kind === 'accepted' ? before.runId : await submit(tag)
    for (;;) {
      const run = await insist(async () => agentic.runs.wait({ owner, id, until: 'pause' }))
      if (run.status !== 'awaiting_approval') return
      killer.at('waiting')
      await insist(async () => approve(id))
    }
  }

  async function approve(runId: string): Promise<void> {
    for (const { id, kind } of await agentic.approvals.list({ owner, runId, status: 'pending' })) {
      await agentic.approvals.decide({ owner, id, ...answers[kind] })
    }
  }

  async function submit(tag: string): Promise<string> {
    const input = `Please see to ${tag}`
    const options = { owner, session: `chat-${tag}`, input, idempotencyKey: tag }
    const { id } = await insist(async () => agentic.runs.submit(options))
    logEffect(effects, { kind: 'accepted', tag, runId: id })
    return id
  }

  async function beforeAnswer(step: string, signal: AbortSignal | undefined): Promise<void> {
    const isNow = act?.at === step && isFirstLife
    if (isNow) killer.arm()
    if (slow?.at === step) {
      if (slow.how === 'stops') await stopOnce()
      else if (slow.how === 'thinks') await delay(slow.ms, undefined, { signal })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow.ms)
    }
    if (!isNow) return
    if (act.what === 'cancel') void cancel()
    if (act.what === 'drain') void drain()
    await delay(300, undefined, { signal })
  }

  /** Somebody waits for one stop only. */
  async function stopOnce(): Promise<void> {
    if (hasStopped) return
    hasStopped = true
    await killer.stopBetweenTransactions()
  }

  async function cancel(): Promise<void> {
    for (const { id } of (await agentic.runs.list({ owner })).data) {
      await agentic.runs.cancel({ owner, id })
    }
  }

  async function drain(): Promise<void> {
    isDraining = true
    await agentic.close()
    process.exit(drainedCode)
  }
}

/** The line to the database may break: whoever asked asks again. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isAway = error instanceof AgenticError && error.retryAfterSeconds !== undefined
      if (!isAway) throw error
      await delay(50)
    }
  }
}

/** As the built-in one; a wake-up for a run is a point to be killed at, before it is sent. */
function watchedQueue(killer: Killer): Queue {
  const queue = inProcessQueue()
  let wakes = 0
  return {
    ...queue,
    async wake(runId) {
      if (runId !== '') killer.at(`wake:${(wakes += 1)}`)
      await queue.wake(runId)
    },
  }
}
