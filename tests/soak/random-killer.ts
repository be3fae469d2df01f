import { setTimeout as delay } from 'node:timers/promises'
import { createAgentic, type Agentic } from '../../src/index.ts'
import { logEffect } from '../crash/support/effects.ts'
import { emptyDatabase } from '../crash/support/empty-database.ts'
import { problemsOf, shapeOf } from '../crash/support/oracle.ts'
import { snapshot, type Snapshot } from '../crash/support/snapshot.ts'
import { sessionProblems } from './session-problems.ts'
import { seededRandom } from './seeded-random.ts'
import { Workers } from './workers.ts'

export interface SoakOptions {
  /** An empty database, and where the log of what happened is to be. */
  place: { database: string; effects: string }
  seed: number
  runs: number
  /** Kills end after so many; default: they go on until the last run has ended. */
  kills?: number
  progress?: (done: number, killed: number) => void
  /** Ends it all at once, for a test that has failed meanwhile. */
  signal?: AbortSignal
}

export interface SoakResult {
  problems: string[]
  killed: number
  attempts: number
  /** Model calls beyond one for each recorded response. */
  repeatedCalls: number
  /** Tool calls whose effect was reported as unknown. */
  reported: number
  workerErrors: string
}

const owners = ['ada', 'grace', 'linus']
const sessionsPerOwner = 6
/** Runs submitted and not ended at any time. */
const width = 16

/** Runs over several owners and sessions, two worker processes on one database, and a kill every 50 to 500 ms. */
export async function randomKiller(options: SoakOptions): Promise<SoakResult> {
  const { place, seed, runs, kills = Number.POSITIVE_INFINITY, progress, signal } = options
  const { database, effects } = place
  await emptyDatabase(database)
  const random = seededRandom(seed)
  const agentic = client(database)
  const workers = new Workers(database, effects)
  const state = { done: 0, killed: 0, next: 2 }
  signal?.addEventListener('abort', () => {
    state.next = Number.POSITIVE_INFINITY
    workers.destroy()
    void agentic.close({ now: true })
  })
  await workers.add()
  await workers.add()
  // The first one is what the others are compared with.
  await order(agentic, effects, 1)

  const seeThrough = async () => {
    while (state.next <= runs) {
      await order(agentic, effects, state.next++)
      state.done += 1
    }
  }
  const killing = kill()
  killing.catch(() => {}) // awaited when the runs have ended
  await Promise.all(Array.from({ length: width }, seeThrough))
  state.next = Number.POSITIVE_INFINITY
  await killing
  await workers.end()
  await agentic.close()
  return verdict(await snapshot(place), state.killed, workers.errors)

  async function kill(): Promise<void> {
    while (state.next !== Number.POSITIVE_INFINITY && state.killed < kills) {
      await delay(50 + random() * 450)
      await workers.killAndReplace(Math.floor(random() * workers.count))
      state.killed += 1
      progress?.(state.done + 1, state.killed)
    }
  }
}

/** As a web process beside workers: it submits and decides, and executes nothing. */
function client(database: string): Agentic {
  const agents = { assistant: () => ({ name: 'Elsewhere', getAllTools: async () => [] }) }
  return createAgentic({ agents, owner: () => null, database, concurrency: 0 })
}

async function order(agentic: Agentic, effects: string, number: number): Promise<void> {
  const owner = owners[number % owners.length]!
  const tag = `order-${number}`
  const { id } = await agentic.runs.submit({
    owner,
    session: `chat-${Math.floor(number / owners.length) % sessionsPerOwner}`,
    input: `Please see to ${tag}`,
    idempotencyKey: tag,
  })
  logEffect(effects, { kind: 'accepted', tag, runId: id })
  for (;;) {
    const run = await agentic.runs.wait({ owner, id, until: 'pause' })
    if (run.status !== 'awaiting_approval') return
    for (const approval of await agentic.approvals.list({ owner, runId: id, status: 'pending' })) {
      await agentic.approvals.decide({ owner, id: approval.id, decision: 'approve' })
    }
  }
}

function verdict(final: Snapshot, killed: number, workerErrors: string): SoakResult {
  const accepted = final.effects.filter((effect) => effect.kind === 'accepted')
  const reference = shapeOf(final, accepted[0]?.runId ?? '')
  const problems = accepted.flatMap(({ runId: id, tag }) =>
    problemsOf({ id, tag }, onlyOf(final, id), reference).map((it) => `${tag}: ${it}`),
  )
  if (final.runs.length !== accepted.length) {
    problems.push(`${final.runs.length} runs for ${accepted.length} accepted`)
  }
  const recorded = final.steps.filter((step) => step.kind === 'model').length
  return {
    problems: [...problems, ...sessionProblems(final)],
    killed,
    attempts: final.runs.reduce((sum, run) => sum + run.attempt, 0),
    repeatedCalls: final.effects.filter((effect) => effect.kind === 'model').length - recorded,
    reported: final.steps.filter((step) => step.result?.includes('interrupted by a crash')).length,
    workerErrors,
  }
}

/** What concerns one run, so that looking at hundreds does not take the square of it. */
function onlyOf(all: Snapshot, runId: string): Snapshot {
  const tag = all.effects.find((it) => it.kind === 'accepted' && it.runId === runId)
  const prefix = tag?.kind === 'accepted' ? `${tag.tag}:` : ''
  return {
    ...all,
    effects: all.effects.filter(
      (it) =>
        (it.kind === 'model' && it.label.startsWith(prefix)) ||
        (it.kind === 'tool' && it.key.startsWith(runId)),
    ),
    runs: all.runs.filter((run) => run.id === runId),
    steps: all.steps.filter((step) => step.run_id === runId),
    events: all.events.filter((event) => event.run_id === runId),
    items: all.items.filter((item) => item.run_id === runId),
  }
}
