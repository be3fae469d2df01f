import { Agent } from '@openai/agents'
import type { Agentic, AgenticOptions } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

type Limits = NonNullable<AgenticOptions['limits']>

/** Counts how many runs of a kind are between their start and their end. */
class Gauge {
  readonly most = new Map<string, number>()
  readonly #now = new Map<string, number>()
  readonly #wanted: [prefix: string, most: number]
  readonly #met = deferred()

  constructor(wanted: [prefix: string, most: number]) {
    this.#wanted = wanted
  }

  /** Resolves when there were as many of a kind as we want to see at once. */
  get met(): Promise<void> {
    return this.#met.promise
  }

  async inside(key: string, work: () => Promise<unknown>): Promise<void> {
    const now = (this.#now.get(key) ?? 0) + 1
    this.#now.set(key, now)
    this.most.set(key, Math.max(this.most.get(key) ?? 0, now))
    const [prefix, most] = this.#wanted
    if (key.startsWith(prefix) && now >= most) this.#met.resolve()
    await work()
    this.#now.set(key, (this.#now.get(key) ?? 0) - 1)
  }
}

function factoryFor(kind: string, gauge: Gauge) {
  const model = new TurnModel(async ({ input }) => {
    const item = Array.isArray(input) ? input.at(-1) : undefined
    const owner = item && 'content' in item ? String(item.content) : ''
    const turns = async () => {
      await gauge.met
      for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve))
    }
    await gauge.inside('total', async () =>
      gauge.inside(`owner ${owner}`, async () => gauge.inside(`agent ${kind}`, turns)),
    )
    return 'done'
  })
  return () => new Agent({ name: kind, model })
}

test.each<[string, Limits, [prefix: string, most: number]]>([
  ['owner', { ownerConcurrency: 2 }, ['owner', 2]],
  ['agent', { agentConcurrency: { big: 1, small: 3 } }, ['agent big', 1]],
  ['total', { totalConcurrency: 3 }, ['total', 3]],
  ['owner and total', { ownerConcurrency: 1, totalConcurrency: 2 }, ['owner', 1]],
])('no more run at once than its %s may, over two instances', async (_what, limits, expected) => {
  const database = temporaryDatabase()
  const gauge = new Gauge(expected)
  const agents = { big: factoryFor('big', gauge), small: factoryFor('small', gauge) }
  const both = [1, 2].map(() =>
    instance({ database, agents, limits, concurrency: 6, durability: 'normal' }),
  )
  const submit = async (n: number) => {
    const owner = `u${n % 4}`
    const agent = n % 3 === 0 ? 'big' : 'small'
    const [one, two] = both as [Agentic, Agentic]
    return (n % 2 ? one : two).runs.submit({ owner, session: `s${n}`, input: owner, agent })
  }
  await Promise.all(Array.from({ length: 60 }, async (_, n) => submit(n)))
  const unfinished = 'select count(*) as n from agentic_run where finished_at is null'
  await until(async () => (await sql(database, unfinished))[0]?.['n'] === 0)
  const [prefix, most] = expected
  const reached = [...gauge.most].filter(([key]) => key.startsWith(prefix)).map(([, n]) => n)
  expect(Math.max(...reached)).toBe(most)
  const slots = 'owner_slot is not null or agent_slot is not null or total_slot is not null'
  expect(await sql(database, `select id from agentic_run where ${slots}`)).toEqual([])
})

test('a limit that was raised later frees lanes that had given up their turn', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const strict = instance({ database, agents, limits: { ownerConcurrency: 1 }, concurrency: 2 })
  const submit = async (owner: string, input: string) =>
    strict.runs.submit({ owner, session: input, input })
  await submit('ada', 'A1')
  await held.reached('A1')
  await submit('ada', 'A2')
  const turns = async () =>
    sql(database, "select id from agentic_run where status = 'pending' and turn is not null")
  await until(async () => (await turns()).length === 0)
  const loose = instance({ database, agents, concurrency: 2 })
  await loose.start()
  await held.reached('A2')
})

test('an owner’s slot is held only while running: not while a person is asked', async () => {
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const tools = [notedTool('pay', { needsApproval: true })]
  const held = new HeldAgent()
  const agentic = instance({
    agents: { payer: () => new Agent({ name: 'Payer', model, tools }), held: held.factory },
    limits: { ownerConcurrency: 1 },
    lease: { seconds: 600, sweepSeconds: 600 },
  })
  const submit = async (session: string, agent: string) =>
    agentic.runs.submit({ owner: 'ada', session, input: session, agent })
  const [waits, next] = [await submit('one', 'payer'), await submit('two', 'held')]
  await held.reached('two')
  expect((await agentic.runs.get({ owner: 'ada', id: waits.id })).status).toBe('awaiting_approval')
  held.releaseAll()
  expect((await agentic.runs.wait({ owner: 'ada', id: next.id })).status).toBe('completed')
})

test('an owner’s runs keep their order while its slot is taken', async () => {
  const held = new HeldAgent()
  const agentic = instance({
    agents: { assistant: held.factory },
    limits: { ownerConcurrency: 1 },
  })
  const names = ['1', '2', '3', '4']
  for (const name of names) {
    await agentic.runs.submit({ owner: 'ada', session: name, input: name })
    await held.reached('1')
  }
  for (const name of names) {
    await held.reached(name)
    held.release(name)
  }
  expect(held.asked).toEqual(names)
})

test('one more pending run than an owner may have is refused, also in parallel', async () => {
  const database = temporaryDatabase()
  const both = [1, 2].map(() =>
    instance({ database, concurrency: 0, limits: { pendingPerOwner: 3 } }),
  )
  const submits = Array.from({ length: 10 }, async (_, n) =>
    both[n % 2]!.runs.submit({ owner: 'ada', session: `s${n}`, input: 'Hi' }),
  )
  const settled = await Promise.allSettled(submits)
  expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(3)
  const refused = settled.filter((one) => one.status === 'rejected').map((one) => one.reason)
  expect(refused.every((error) => error.code === 'too_many_pending')).toBe(true)
  const bob = await both[0]!.runs.submit({ owner: 'bob', session: 's', input: 'Hi' })
  expect(bob.status).toBe('pending')
})

test('the rate is exact, whatever number of instances submit at once', async () => {
  const database = temporaryDatabase()
  const both = [1, 2].map(() => instance({ database, concurrency: 0, limits: { rate: '7/d' } }))
  const submits = Array.from({ length: 30 }, async (_, n) =>
    both[n % 2]!.runs.submit({ owner: 'ada', session: `s${n}`, input: 'Hi' }),
  )
  const settled = await Promise.allSettled(submits)
  expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(7)
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refused[0]).toMatchObject({ code: 'rate_limited', status: 429 })
  expect(refused[0].retryAfterSeconds).toBeGreaterThan(0)
})

test.each<Limits>([{ totalConcurrency: 2000 }, { agentConcurrency: 1000 }])(
  'processes that submit at once below a limit refuse nobody (%o)',
  async (limits) => {
    const database = temporaryDatabase()
    const held = new HeldAgent()
    const agents = { assistant: held.factory }
    const processes = Array.from({ length: 8 }, () =>
      instance({ database, agents, limits, concurrency: 60 }),
    )
    await Promise.all(processes.map(async (agentic) => agentic.start()))
    const submits = processes.flatMap((agentic, process) =>
      Array.from({ length: 40 }, async (_, n) =>
        agentic.runs.submit({ owner: `o${process}-${n}`, session: 's', input: 'Hi' }),
      ),
    )
    const refused = (await Promise.allSettled(submits)).filter((one) => one.status === 'rejected')
    expect(refused).toEqual([])
    held.releaseAll()
  },
)

test('runs that began under a higher limit count under the lower one', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const submitTo = async (agentic: Agentic, input: string) =>
    agentic.runs.submit({ owner: input, session: 's', input })
  // It has no place for a fourth, which its own limit would allow.
  const before = instance({ database, agents, limits: { totalConcurrency: 1000 }, concurrency: 3 })
  for (const input of ['1', '2', '3']) await submitTo(before, input)
  await until(() => held.asked.length === 3)
  const after = instance({ database, agents, limits: { totalConcurrency: 3 } })
  await after.start()
  const { id } = await submitTo(after, '4')
  expect(await after.runs.get({ owner: '4', id })).toMatchObject({ status: 'pending' })
  held.releaseAll()
  expect(await after.runs.wait({ owner: '4', id })).toMatchObject({ status: 'completed' })
})
