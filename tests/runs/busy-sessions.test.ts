import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { Hold, notingTool } from '../support/lives.ts'
import { sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { interruptedRun } from '../support/waiting.ts'

type Decision = Parameters<Agentic['approvals']['decide']>[0]

const owner = 'ada'

test('`enqueue`: the waiting run says what blocks it, and runs follow each other in order', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const submit = async (input: string) => agentic.runs.submit({ owner, session: 'chat', input })
  const runs = [await submit('1'), await submit('2'), await submit('3')]
  expect(runs.map((run) => (run.status === 'pending' ? run.blockedBy : 'gone'))).toEqual([
    null,
    runs[0]?.id,
    runs[0]?.id,
  ])
  held.releaseAll()
  await agentic.runs.wait({ owner, id: String(runs[2]?.id) })
  expect(held.asked).toEqual(['1', '2', '3'])
  const items = await agentic.sessions.items({ owner, key: 'chat' })
  const texts = items.filter((item) => item['role'] === 'user').map((item) => item['content'])
  expect(texts).toEqual(['1', '2', '3'])
  expect(items.map((item, n) => [n, item['role']])).toEqual(
    items.map((_, n) => [n, n % 2 === 0 ? 'user' : 'assistant']),
  )
})

test('a run is given what the runs before it left', async () => {
  const model = new TurnModel(async ({ input }) => `I have ${input.length} items`)
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model }) } })
  for (const input of ['1', '2', '3']) {
    const { id } = await agentic.runs.submit({ owner, session: 'chat', input })
    await agentic.runs.wait({ owner, id })
  }
  expect(model.requests.map(({ input }) => input.length)).toEqual([1, 3, 5])
})

test('runs of one session that belong to different agents follow each other too', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { red: held.factory, blue: held.factory }, concurrency: 4 })
  const runs = []
  for (const [n, agent] of ['red', 'blue', 'red', 'blue', 'blue'].entries()) {
    runs.push(await agentic.runs.submit({ owner, session: 'chat', input: `${n}`, agent }))
  }
  for (const [n, run] of runs.entries()) {
    await held.reached(`${n}`)
    expect(held.asked).toHaveLength(n + 1)
    held.release(`${n}`)
    await agentic.runs.wait({ owner, id: run.id })
  }
})

test('`reject`: a second run is refused and nothing is stored', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory }, whenBusy: 'reject' })
  const first = await agentic.runs.submit({ owner, session: 'chat', input: '1' })
  await held.reached('1')
  const second = agentic.runs.submit({ owner, session: 'chat', input: '2' })
  await expect(second).rejects.toMatchObject({
    code: 'session_busy',
    status: 409,
    details: { run_id: first.id },
  })
  expect((await agentic.runs.list({ owner })).data).toHaveLength(1)
  const elsewhere = await agentic.runs.submit({ owner, session: 'other', input: '3' })
  expect(elsewhere.isNew).toBe(true)
})

test('`interrupt`: the running run is cancelled and the new one follows', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const first = await agentic.runs.submit({ owner, session: 'chat', input: 'old' })
  await held.reached('old')
  const waiting = await agentic.runs.submit({ owner, session: 'chat', input: 'queued' })
  const whenBusy = 'interrupt' as const
  const next = await agentic.runs.submit({ owner, session: 'chat', input: 'new', whenBusy })
  held.release('new')
  expect((await agentic.runs.wait({ owner, id: next.id })).status).toBe('completed')
  expect((await agentic.runs.get({ owner, id: first.id })).status).toBe('cancelled')
  expect((await agentic.runs.get({ owner, id: waiting.id })).status).toBe('cancelled')
  expect(held.asked).toEqual(['old', 'new'])
})

test('`interrupt` of a run that waits for a person keeps its finished turns and says no to the call', async () => {
  const model = new TurnModel(
    callsTool('note', { n: 1 }, 'call_1'),
    () => [...callsTool('note', { n: 2 }, 'call_2'), ...callsTool('pay', { n: 3 }, 'call_3')],
    'never',
  )
  const tools = [notedTool('note'), notedTool('pay', { needsApproval: true })]
  const held = new HeldAgent()
  held.releaseAll()
  const agentic = instance({
    agents: { payer: () => new Agent({ name: 'Payer', model, tools }), held: held.factory },
    whenBusy: 'interrupt',
  })
  const first = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay', agent: 'payer' })
  await agentic.runs.wait({ owner, id: first.id, until: 'pause' })
  const next = await agentic.runs.submit({ owner, session: 'chat', input: 'No!', agent: 'held' })
  expect((await agentic.runs.wait({ owner, id: next.id })).status).toBe('completed')
  const items = await agentic.sessions.items({ owner, key: 'chat' })
  const told = items.map((item) => {
    const { type, callId, role, output } = item as Record<string, { text?: string }>
    return [type, callId ?? role, output?.text].filter(Boolean).join(' ')
  })
  expect(told).toEqual([
    'message user',
    'function_call call_1',
    'function_call_result call_1 noted 1',
    'function_call call_2',
    'function_call call_3',
    'function_call_result call_2 noted 2',
    'function_call_result call_3 Tool execution was not approved.',
    'message user',
    'message assistant',
  ])
})

test('`interrupt` of a run that was given back while it asked a person keeps that turn too', async () => {
  const database = temporaryDatabase()
  const never = async () => new Promise<never>(() => {})
  const tools = [notedTool('pay', { needsApproval: true }), notedTool('look', { execute: never })]
  const turn = [...callsTool('pay', { n: 1 }, 'call_1'), ...callsTool('look', { n: 2 }, 'call_2')]
  const told = new TurnModel((request) => results(request).join('\n'))
  const agents = {
    assistant: () => new Agent({ name: 'A', model: new TurnModel(turn, 'never'), tools }),
    told: () => new Agent({ name: 'Told', model: told }),
  }
  const options = { database, agents, defaultAgent: 'assistant' } as const
  const first = instance(options)
  const { id } = await first.runs.submit({ owner, session: 'chat', input: 'Pay' })
  const begun = "select path from agentic_step where path = 'r/m0/t1'"
  await until(async () => (await sql(database, begun)).length === 1)
  await until(async () => (await first.approvals.list({ owner })).length === 1)
  await first.close({ now: true })
  // Another process takes the message before another worker has taken the run.
  const web = instance({ ...options, concurrency: 0 })
  expect(await web.runs.get({ owner, id })).toMatchObject({ status: 'pending', attempt: 1 })
  const whenBusy = 'interrupt' as const
  const submit = { owner, session: 'chat', input: 'No!', agent: 'told', whenBusy } as const
  const next = await web.runs.submit(submit)
  expect(await web.runs.get({ owner, id })).toMatchObject({ status: 'cancelled' })
  const run = await instance(options).runs.wait({ owner, id: next.id })
  expect('output' in run && String(run.output).split('\n')).toEqual([
    'Tool execution was not approved.',
    expect.stringMatching(/^The call of look was interrupted.*effect is unknown.*#1$/),
  ])
})

test('while one is pending, a new message waits visibly, and interrupts when it is to', async () => {
  const holds = { cut: new Hold(), done: new Hold() }
  const model = new TurnModel(
    ['cut', 'done', 'no', 'yes', 'open'].map((name) => call(name, { note: name })),
    'never',
  )
  const told = new TurnModel((request) => results(request).join('\n'))
  const agent = () => {
    const cut = Object.entries(holds).map(([name, hold]) =>
      notingTool(name, [], async () => hold.here()),
    )
    const asked = ['no', 'yes', 'open'].map((name) => {
      const one = notingTool(name, [])
      one.needsApproval = async () => true
      return one
    })
    return new Agent({ name: 'Payer', model, tools: [...cut, ...asked] })
  }
  const tools = { cut: { interrupted: 'ask' }, done: { interrupted: 'ask' } } as const
  const agents = { assistant: agent, told: () => new Agent({ name: 'Told', model: told }) }
  const story = { agent, agents, defaultAgent: 'assistant', events: 'items', tools } as const
  const held = Promise.all([holds.cut.reached, holds.done.reached])
  const { second, id, pending } = await interruptedRun(story, held)
  const decide = async (path: string, how: Partial<Decision>) => {
    const one = pending.find((approval) => approval.path === path)
    await second.approvals.decide({ owner, id: one!.id, decision: 'approve', ...how })
  }
  await decide('r/m0/t1', { decision: 'done', result: 'it was 7' })
  await decide('r/m0/t2', { decision: 'reject', message: 'Too dear' })
  await decide('r/m0/t3', {})
  const submit = async (how: object) =>
    second.runs.submit({ owner, session: 'chat', input: 'Well?', agent: 'told', ...how })
  const queued = await submit({})
  expect(queued).toMatchObject({ status: 'pending', blockedBy: id })
  const next = await submit({ whenBusy: 'interrupt' })
  expect((await second.runs.get({ owner, id: queued.id })).status).toBe('cancelled')
  const run = await second.runs.wait({ owner, id: next.id })
  expect('output' in run && String(run.output).split('\n')).toEqual([
    expect.stringMatching(/^The call of cut was interrupted by a crash.*effect is unknown/),
    'it was 7',
    'Too dear',
    'This call was not made: the run was cancelled before.',
    'Tool execution was not approved. #1',
  ])
})
