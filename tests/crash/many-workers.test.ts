import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject, onTestFinished, test, vi } from 'vitest'
import type { Agentic } from 'agentic-node'
import { dropSpace, engineQueue, newSpace, type Engine } from '../queue/support/engines.ts'
import {
  databases,
  withFewConnections,
  type Connection,
  withoutFlush,
} from '../support/databases.ts'
import { instance } from '../support/instance.ts'
import { countingWorkers } from './support/counting-workers.ts'
import { Gauge } from './support/gauge.ts'
import { ownDatabase } from '../support/own-database.ts'
import { barePlace, testOnEach } from './support/place.ts'

// Dozens of processes, thousands of runs: on a busy machine they take their time.
vi.setConfig({ testTimeout: 400_000 })

const agents = { big: elsewhere, small: elsewhere }
const limits = {
  totalConcurrency: 12,
  ownerConcurrency: 4,
  agentConcurrency: { big: 5 },
}

async function elsewhere(): Promise<never> {
  throw new Error('executed by the wrong process')
}

async function newGauge(): Promise<Gauge> {
  const gauge = await Gauge.start()
  onTestFinished(() => gauge.close())
  return gauge
}

testOnEach('of twenty worker processes one claims a run', async (kind) => {
  const database = withFewConnections(barePlace(kind).database)
  const gauge = await newGauge()
  const web = instance({ database, agents, concurrency: 0 })
  await web.start()
  const plan = { database, engine: null, gaugeUrl: gauge.url, concurrency: 2, limits: {} }
  const end = await countingWorkers(20, plan)
  for (let n = 1; n <= 20; n += 1) {
    const { id } = await web.runs.submit({
      owner: 'ada',
      session: `s${n}`,
      input: 'Go',
      agent: 'small',
    })
    expect(await web.runs.wait({ owner: 'ada', id })).toMatchObject({
      status: 'completed',
      attempt: 1,
    })
  }
  expect([...gauge.times.values()]).toEqual(Array.from({ length: 20 }, () => 1))
  expect(await end()).toEqual({ codes: Array.from({ length: 20 }, () => 0), errors: '' })
})

test
  .skipIf(inject('postgresUrl') === '')
  .for<{ queue: 'in-process' | Engine['engine']; runs: number }>([
    { queue: 'in-process', runs: 2000 },
    { queue: 'graphile-worker', runs: 600 },
    { queue: 'bullmq', runs: 600 },
  ])(
  'four worker processes drain $runs runs, each exactly once, with $queue',
  async ({ queue, runs }, { skip }) => {
    if (queue === 'bullmq' && inject('redisUrl') === '') skip()
    const { server, database, connect } = await ownPlace()
    const engine = queue === 'in-process' ? null : engineOn(queue, server)
    const gauge = await newGauge()
    const web = instance({
      database,
      agents,
      limits,
      concurrency: 0,
      ...(engine && { queue: engineQueue(engine, 'counting') }),
    })
    await submitAll(web, runs / 2, () => 'ada')
    await submitAll(web, runs / 2 - 1, (n) => `owner-${n % 19}`)
    const plan = { database, engine, gaugeUrl: gauge.url, concurrency: 6, limits }
    const end = await countingWorkers(4, plan)
    const connection = await connect()
    const grace = greetsLate(web, await connect())
    const tooMany = await sampleUntilDone(connection)
    expect(tooMany).toEqual([])
    const { run, answeredAt } = await grace
    expect(run).toMatchObject({ status: 'completed', attempt: 1 })
    expect(await connection.query(perOutcome)).toEqual([
      { status: 'completed', attempt: 1, n: runs },
    ])
    expect([gauge.times.size, Math.max(...gauge.times.values())]).toEqual([runs, 1])
    expect(gauge.most.get('total')).toBeLessThanOrEqual(12)
    expect(gauge.most.get('agent big')).toBeLessThanOrEqual(5)
    const owners = [...gauge.most].filter(([key]) => key.startsWith('owner '))
    expect(Math.max(...owners.map(([, most]) => most))).toBeLessThanOrEqual(4)
    // It was her turn long before ada's were through: nobody had a second run before her first.
    const [waited] = await connection.query(startedBeforeGrace, answeredAt)
    expect(waited).toMatchObject({ adas: expect.toSatisfy((n: number) => n <= 8) })
    expect(await end()).toEqual({ codes: [0, 0, 0, 0], errors: '' })
  },
)

/** A database of the test's own: graphile-worker's word about another installation beside it would be an error here. */
async function ownPlace() {
  const own = await ownDatabase(inject('postgresUrl'))
  onTestFinished(async ({ task }) => own.remove(task.result?.state === 'fail'))
  const server = withoutFlush(own.url)
  const url = new URL(server)
  // Of the server's hundred, of which graphile-worker takes ten for each process.
  url.searchParams.set('connection_limit', '3')
  const connect = async () => {
    const connection = await databases.postgres.connect(url.href)
    onTestFinished(async () => connection.close())
    return connection
  }
  return { server, database: url.href, connect }
}

function engineOn(queue: Engine['engine'], server: string): Engine {
  const url = queue === 'bullmq' ? inject('redisUrl') : server
  const engine = { engine: queue, url, space: newSpace() }
  if (queue === 'bullmq') onTestFinished(async () => dropSpace(engine))
  return engine
}

async function submitAll(
  web: Agentic,
  count: number,
  ownerOf: (n: number) => string,
): Promise<void> {
  const submits = Array.from({ length: count }, async (_, n) =>
    web.runs.submit({
      owner: ownerOf(n),
      session: `s${n}`,
      input: 'Go',
      agent: n % 3 === 0 ? 'big' : 'small',
    }),
  )
  await Promise.all(submits)
}

const perOutcome = 'select status, attempt, count(*) as n from agentic_run group by status, attempt'

/** One who comes when a hundred runs have ended and hundreds wait. */
async function greetsLate(web: Agentic, connection: Connection) {
  const isEarly = 'select 1 where (select count(*) from agentic_run where finished_at > 0) < 100'
  while ((await connection.query(isEarly)).length > 0) await delay(50)
  const { id } = await web.runs.submit({
    owner: 'grace',
    session: 's',
    input: 'Go',
    agent: 'small',
  })
  // From now on everybody can see her: her run is committed some time after the moment in its row.
  const [now] = await connection.query(
    'select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms',
  )
  return { run: await web.runs.wait({ owner: 'grace', id }), answeredAt: Number(now?.['ms']) }
}

/** How many runs of the one with most of them began while she waited. */
const startedBeforeGrace = `select count(*) as adas from agentic_run as a, agentic_run as g
  where g.owner = 'grace' and a.owner = 'ada' and a.started_at > ? and a.started_at < g.started_at`

/** Looks at what runs again and again; what was more than may be. */
async function sampleUntilDone(connection: Connection): Promise<unknown[]> {
  const found: unknown[] = []
  const over = (key: string, most: number, where = 'true') =>
    `select ${key} as of, count(*) as n from agentic_run where status = 'running' and ${where}
      group by 1 having count(*) > ${most}`
  const tooMany = [
    over(`'all'`, limits.totalConcurrency),
    over('owner', limits.ownerConcurrency),
    over('agent_key', limits.agentConcurrency.big, `agent_key = 'big'`),
  ].join(' union all ')
  const unfinished = 'select count(*) as n from agentic_run where finished_at is null'
  for (;;) {
    found.push(...(await connection.query(tooMany)))
    if (Number((await connection.query(unfinished))[0]?.['n']) === 0) return found
    await delay(100)
  }
}
