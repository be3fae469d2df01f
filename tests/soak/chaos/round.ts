import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CountingEndpoint } from '../../crash/support/counting-endpoint.ts'
import { emptyDatabase } from '../../crash/support/empty-database.ts'
import { snapshot } from '../../crash/support/snapshot.ts'
import { seededRandom } from '../seeded-random.ts'
import { recoverInCalm } from './calm.ts'
import { Customers } from './customers.ts'
import { Disturbances } from './disturbances.ts'
import { Fleet } from './fleet.ts'
import { Journal } from './journal.ts'
import { limitProblems } from './limit-problems.ts'
import type { QueueName } from './plan.ts'
import { makeSurroundings, type Surroundings } from './surroundings.ts'
import { summaryOf, type Summary } from './summary.ts'
import { verdictOf } from './verdict.ts'
import { WebClient } from './web-client.ts'

export interface RoundOptions {
  seed: number
  queue: QueueName
  /** Of a PostgreSQL server on which a database may be made; empty for SQLite. */
  postgresUrl: string
  /** For so long things go wrong. */
  seconds: number
  /** An empty folder of its own. */
  folder: string
  /** Keeps logs and data also when all is well. */
  keep: boolean
  say: (line: string) => void
}

export interface RoundResult {
  problems: string[]
  summary: Summary
}

/** Runs ordered and not ended at any time. */
const width = 14
/** As long as nothing but a worker is missing, so that the others have places for its runs. */
const calmWidth = 5
/** After the last disturbance everything is to come to its end within this. */
const peaceMs = 120_000

/** A web process and three workers under load while everything around them goes wrong; then what came of it. */
export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, queue, folder } = options
  const surroundings = await makeSurroundings(options)
  const { database } = surroundings
  const journal = new Journal(join(folder, 'journal.log'))
  const thinking = seededRandom(seed + 1)
  const endpoint = await CountingEndpoint.start({
    thinkMs: () => 20 + thinking() * 300,
    pieceMs: 25,
  })
  const over = new AbortController()
  let fleet: Fleet | undefined
  let isKept = true
  try {
    await emptyDatabase(database)
    fleet = await Fleet.start({ surroundings, queue, modelUrl: endpoint.url, journal })
    const web = new WebClient(fleet.url, journal, over.signal)
    const customers = new Customers(web, journal, seededRandom(seed + 2))
    await play(options, { surroundings, journal, fleet, customers, over })
    await fleet.retire()
    const final = await snapshot({ database, effects: join(folder, 'effects.log') })
    const facts = { final, orders: customers.orders, calls: endpoint.calls, journal }
    const problems = [...journal.problems, ...verdictOf(facts)]
    isKept = options.keep || problems.length > 0
    return { problems, summary: summaryOf(facts) }
  } finally {
    over.abort()
    fleet?.destroy()
    endpoint.close()
    await surroundings.remove(isKept)
  }
}

interface Stage {
  surroundings: Surroundings
  journal: Journal
  fleet: Fleet
  customers: Customers
  over: AbortController
}

async function play(options: RoundOptions, stage: Stage): Promise<void> {
  const { seed, seconds } = options
  const { customers, fleet, journal, over } = stage
  await customers.orderReferences()
  const start = performance.now()
  const telling = setInterval(() => void look(options, stage, start), 5000)
  const few = orderOn(customers, calmWidth)
  await recoverInCalm(stage)
  const ordering = Promise.all([few, orderOn(customers, width - calmWidth)])
  const disturbances = new Disturbances({ ...stage, random: seededRandom(seed) })
  await disturbances.disturbUntil(performance.now() + seconds * 1000)
  for (const line of fleet.lines) line.thaw()
  customers.end()
  const isOver = ordering.then(() => true)
  const isLate = delay(peaceMs, false, { signal: over.signal }).catch(() => false)
  if (!(await Promise.race([isOver, isLate]))) {
    const left = customers.orders.filter(({ isEnded }) => !isEnded)
    for (const { tag, runId } of left) {
      journal.problem(
        `${tag} (${runId}) has not ended ${peaceMs / 1000} s after the last disturbance`,
      )
    }
    over.abort()
    await ordering
  }
  clearInterval(telling)
}

async function orderOn(customers: Customers, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => customers.orderOn()))
}

async function look({ say }: RoundOptions, stage: Stage, start: number): Promise<void> {
  const { surroundings, customers, journal } = stage
  const seconds = Math.round((performance.now() - start) / 1000)
  const done = [...journal.counts.values()].reduce((sum, count) => sum + count, 0)
  say(
    `${seconds} s: ${customers.accepted} runs accepted, ${customers.ended} ended; ${done} disturbances`,
  )
  for (const problem of await limitProblems(surroundings)) journal.problem(problem)
}
