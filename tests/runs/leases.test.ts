import { Agent } from '@openai/agents'
import type { Agentic, AgenticOptions } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, speaker, temporaryDatabase, twoInstances } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const quiet = { seconds: 600, sweepSeconds: 600 }
const eager = { sweepSeconds: 0.05 }

interface Lost {
  database: string
  id: string
  first: Agentic
  held: HeldAgent
}

/** A run whose worker stands still in a model call and whose lease is over. */
async function lostRun(options: Partial<AgenticOptions> = {}): Promise<Lost> {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const first = instance({ database, agents, lease: quiet, concurrency: 1, ...options })
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'lost' })
  await held.reached('lost')
  await expireLease(database, id)
  return { database, id, first, held }
}

test('with `resume` a lost run goes on with another worker', async () => {
  const { database, id } = await lostRun()
  const second = instance({ database, lease: eager })
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 2, output: 'Hello!' })
  const events = await second.runs.events({ owner: 'ada', id })
  expect(events.map((event) => event.type)).toContain('run.recovered')
  const attempts = events.filter((event) => event.type === 'run.attempt_started')
  expect(attempts.map((event) => event.payload['attempt'])).toEqual([1, 2])
})

test('with `fail` a lost run fails with a reason', async () => {
  const { database, id } = await lostRun()
  const second = instance({ database, lease: eager, recovery: 'fail' })
  expect(await second.runs.wait({ owner: 'ada', id })).toMatchObject({
    status: 'failed',
    errorCode: 'lease_expired',
    error: expect.stringContaining('attempt 1'),
  })
})

test('with `ignore` a lost run is left alone', async () => {
  const { database, id } = await lostRun()
  const second = instance({ database, lease: eager, recovery: 'ignore' })
  const other = await second.runs.submit({ owner: 'bob', session: 's', input: 'Hi' })
  await second.runs.wait({ owner: 'bob', id: other.id })
  expect(await second.runs.get({ owner: 'ada', id })).toMatchObject({ status: 'running' })
})

test('a lost run whose cancel was wanted ends cancelled', async () => {
  const { database, id } = await lostRun()
  const canceller = instance({ database, concurrency: 0 })
  await canceller.runs.cancel({ owner: 'ada', id })
  const second = instance({ database, lease: eager })
  expect((await second.runs.wait({ owner: 'ada', id })).status).toBe('cancelled')
})

test('the heartbeat keeps a run that takes many leases', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const lease = { seconds: 4, heartbeatSeconds: 0.1, sweepSeconds: 0.05 }
  const both = await twoInstances({ database, agents: { assistant: held.factory }, lease })
  const { id } = await both[0].runs.submit({ owner: 'ada', session: 'chat', input: 'long' })
  await held.reached('long')
  const leaseEnd = async () => {
    const [row] = await sql(database, 'select lease_expires_at as at from agentic_run')
    return Number(row?.['at'])
  }
  const begun = await leaseEnd()
  await until(async () => (await leaseEnd()) > begun + 8000)
  held.releaseAll()
  expect(await both[1].runs.wait({ owner: 'ada', id })).toMatchObject({
    status: 'completed',
    attempt: 1,
  })
})

test('an event loop that stood still for longer than the lease keeps its runs when nobody took them', async () => {
  const held = new HeldAgent()
  const lease = { seconds: 0.3, heartbeatSeconds: 0.1, sweepSeconds: 0.02 }
  const agentic = instance({ agents: { assistant: held.factory }, lease })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'stalled' })
  await held.reached('stalled')
  for (let n = 0; n < 5; n += 1) {
    block(500)
    await new Promise((resolve) => setImmediate(resolve))
  }
  held.releaseAll()
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
  const events = await agentic.runs.events({ owner: 'ada', id })
  expect(events.map((event) => event.type)).not.toContain('run.recovered')
})

test('a worker does not recover what it executes itself, another one does', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const lease = { seconds: 600, sweepSeconds: 0.05 }
  // Each has one place, and the second one another for what it recovers: what follows is the third one's.
  const first = instance({ database, agents, lease: quiet, concurrency: 1 })
  const second = instance({ database, agents, lease, concurrency: 2 })
  const { id: lost } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'lost' })
  const { id: kept } = await second.runs.submit({ owner: 'bob', session: 'chat', input: 'kept' })
  await held.reached('lost')
  await held.reached('kept')
  await expireLease(database, kept)
  await expireLease(database, lost)
  // Recovered by a sweep that found both.
  await until(() => held.asked.filter((text) => text === 'lost').length === 2)
  expect(await second.runs.get({ owner: 'bob', id: kept })).toMatchObject({
    status: 'running',
    attempt: 1,
  })
  const third = instance({ database, lease })
  await third.start()
  const run = await third.runs.wait({ owner: 'bob', id: kept })
  expect(run).toMatchObject({ status: 'completed', attempt: 2, output: 'Hello!' })
})

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a run that keeps taking its worker down fails with a reason that says so', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const [agentic] = await twoInstances({
    database,
    agents: { assistant: held.factory },
    maxAttempts: 3,
    lease: { seconds: 600, sweepSeconds: 0.05 },
    cancelGraceSeconds: 0,
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'deadly' })
  for (const attempt of [1, 2, 3]) {
    await until(() => held.asked.length === attempt)
    await expireLease(database, id)
  }
  expect(await agentic.runs.wait({ owner: 'ada', id })).toMatchObject({
    status: 'failed',
    errorCode: 'poison',
    error: expect.stringContaining('3 attempts'),
  })
})

test('attempts that recorded a step do not count against `maxAttempts`', async () => {
  const database = temporaryDatabase()
  const calls: string[] = []
  const held = new HeldAgent()
  const model = new TurnModel(
    () => callsTool('note', { n: 0 }, 'call_0'),
    () => callsTool('note', { n: 1 }, 'call_1'),
    () => callsTool('note', { n: 2 }, 'call_2'),
    'done',
  )
  const execute = async ({ n }: { n: number }) => {
    calls.push(`n${n}`)
    // The first attempt at each step is lost inside the tool.
    if (calls.filter((call) => call === `n${n}`).length === 1) await new Promise(() => {})
    return 'noted'
  }
  const [agentic] = await twoInstances({
    database,
    agents: {
      assistant: () => new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] }),
    },
    tools: { note: { interrupted: 'rerun' } },
    maxAttempts: 1,
    lease: { seconds: 600, sweepSeconds: 0.05 },
    cancelGraceSeconds: 0,
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'go' })
  for (const n of [0, 1, 2]) {
    await until(() => calls.includes(`n${n}`))
    await expireLease(database, id)
  }
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 4 })
  expect(held.asked).toEqual([])
})

test('a late worker cannot finish a run it lost', async () => {
  const { database, id, first, held } = await lostRun()
  const second = instance({ database, lease: eager })
  const run = await second.runs.wait({ owner: 'ada', id })
  held.release('lost')
  const next = await first.runs.submit({ owner: 'ada', session: 'other', input: 'next' })
  held.release('next')
  await first.runs.wait({ owner: 'ada', id: next.id })
  expect(await first.runs.get({ owner: 'ada', id })).toEqual(run)
  expect(run).toMatchObject({ output: 'Hello!', attempt: 2 })
})

test('every write of a late worker is fenced: steps, marks, events and approvals', async () => {
  const database = temporaryDatabase()
  const entered: string[] = []
  const gate = Promise.withResolvers<void>()
  const model = new TurnModel(
    callsTool('note', { n: 1 }, 'call_1'),
    callsTool('pay', { n: 2 }),
    'end',
  )
  const execute = async () => {
    entered.push('note')
    await gate.promise
    return 'late'
  }
  const tools = [notedTool('note', { execute }), notedTool('pay', { needsApproval: true })]
  const first = instance({
    database,
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    lease: quiet,
    concurrency: 1,
  })
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'go' })
  await until(() => entered.length === 1)
  await expireLease(database, id)
  const second = instance({ database, lease: eager, recovery: 'fail' })
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run.status).toBe('failed')
  const stored = async () => ({
    run: await sql(database, 'select * from agentic_run where id = ?', id),
    steps: await sql(database, 'select * from agentic_step where run_id = ?', id),
    events: await sql(database, 'select * from agentic_event where run_id = ?', id),
    approvals: await sql(database, 'select * from agentic_approval where run_id = ?', id),
  })
  const before = await stored()
  gate.resolve()
  const next = await first.runs.submit({ owner: 'ada', session: 'other', input: 'next' })
  await first.runs.wait({ owner: 'ada', id: next.id, until: 'pause' })
  expect(await stored()).toEqual(before)
})

test('moments come from the clock of the database: a worker whose clock is off by an hour loses nothing', async () => {
  const database = temporaryDatabase()
  const now = Date.now
  Date.now = () => now() + 3_600_000
  try {
    const lease = { seconds: 60, heartbeatSeconds: 0.1, sweepSeconds: 0.05 }
    const both = [1, 2].map(() =>
      instance({ database, lease, agents: { assistant: () => speaker('Hello!') } }),
    )
    const { id } = await both[0]!.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    const run = await both[1]!.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', attempt: 1 })
    expect(run.createdAt).toBeLessThan(now() + 60_000)
    const [worker] = await sql(database, 'select max(heartbeat_at) as at from agentic_worker')
    expect(Number(worker?.['at'])).toBeLessThan(now() + 60_000)
  } finally {
    Date.now = now
  }
})
