import { Agent } from '@openai/agents'
import type { Agentic } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { kindOf } from '../support/databases.ts'
import { sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'

const typesOf = async (agentic: Agentic, id: string) =>
  (await agentic.runs.events({ owner, id, limit: 1000 })).map((event) => event.type)

test('a pending run ends at once', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  const run = await agentic.runs.cancel({ owner, id })
  expect(run).toMatchObject({ status: 'cancelled', attempt: 0 })
  expect(await typesOf(agentic, id)).toEqual([
    'run.created',
    'run.cancel_requested',
    'run.cancelled',
  ])
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toEqual([])
})

test('a running run is aborted, also from another instance', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const worker = instance({ database, agents: { assistant: held.factory } })
  const other = instance({ database, concurrency: 0 })
  const { id } = await other.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await worker.start()
  await held.reached('Hi')
  const asked = await other.runs.cancel({ owner, id })
  expect(asked).toMatchObject({ status: 'running', cancelRequestedAt: expect.any(Number) })
  const run = await other.runs.wait({ owner, id })
  expect(run.status).toBe('cancelled')
  expect((await typesOf(other, id)).at(-1)).toBe('run.cancelled')
})

test('a waiting run ends at once and nobody is asked any more', async () => {
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const tools = [notedTool('pay', { needsApproval: true })]
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model, tools }) } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await agentic.runs.wait({ owner, id, until: 'pause' })
  const [approval] = await agentic.approvals.list({ owner, status: 'pending' })
  expect((await agentic.runs.cancel({ owner, id })).status).toBe('cancelled')
  expect(await agentic.approvals.list({ owner, status: 'pending' })).toEqual([])
  await expect(
    agentic.approvals.decide({ owner, id: String(approval?.id), decision: 'approve' }),
  ).rejects.toMatchObject({ code: 'already_decided' })
})

test('cancelling a finished run answers with it as it is', async () => {
  const agentic = instance()
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  const run = await agentic.runs.wait({ owner, id })
  expect(await agentic.runs.cancel({ owner, id })).toEqual(run)
  expect((await typesOf(agentic, id)).at(-1)).toBe('run.completed')
})

test('a tool that is deaf to the signal holds the end up for the grace and no longer', async () => {
  const inside = deferred()
  const model = new TurnModel(callsTool('sleep', { n: 1 }), 'awake')
  const execute = async () => {
    inside.resolve()
    return new Promise(() => {})
  }
  const tools = [notedTool('sleep', { execute })]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    cancelGraceSeconds: 0.1,
  })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Sleep' })
  await inside.promise
  await agentic.runs.cancel({ owner, id })
  expect((await agentic.runs.wait({ owner, id })).status).toBe('cancelled')
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toEqual([])
})

test('cancel wins over a completion that comes at the same time', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const worker = instance({ database, agents: { assistant: held.factory } })
  const other = instance({ database, concurrency: 0 })
  await other.start()
  const { id } = await worker.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  // Committed by another process before the model answers, and before this one can have been told.
  const cancelled = other.runs.cancel({ owner, id })
  await cancelled
  held.release('Hi')
  expect((await worker.runs.wait({ owner, id })).status).toBe('cancelled')
  const types = await typesOf(worker, id)
  expect(types.filter((type) => /completed|failed|cancelled/.test(type))).toEqual(['run.cancelled'])
})

test('a cancelled run keeps the turns that were finished, calls with their results', async () => {
  const held = new HeldAgent()
  const asked: number[] = []
  const model = new TurnModel(
    callsTool('note', { n: 1 }, 'call_1'),
    callsTool('note', { n: 2 }, 'call_2'),
    async (_request, call) => {
      asked.push(call)
      return new Promise(() => {})
    },
  )
  const tools = [notedTool('note')]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }), held: held.factory },
    cancelGraceSeconds: 0.05,
  })
  const { id } = await agentic.runs.submit({
    owner,
    session: 'chat',
    input: 'Note two',
    agent: 'assistant',
  })
  await until(() => asked.length === 1)
  await agentic.runs.cancel({ owner, id })
  expect((await agentic.runs.wait({ owner, id })).status).toBe('cancelled')
  const items = await agentic.sessions.items({ owner, key: 'chat' })
  expect(items.map((item) => `${item['type']} ${item['callId'] ?? ''}`.trim())).toEqual([
    'message',
    'function_call call_1',
    'function_call_result call_1',
    'function_call call_2',
    'function_call_result call_2',
  ])
  expect(items.at(-1)).toMatchObject({ output: { type: 'text', text: 'noted 2' } })
})

test('a call whose result is missing is not kept, nor are its finished siblings', async () => {
  const inside = deferred()
  const model = new TurnModel(
    callsTool('note', { n: 1 }, 'call_1'),
    () => [...callsTool('note', { n: 2 }, 'call_2'), ...callsTool('hang', { n: 3 }, 'call_3')],
    'never',
  )
  const execute = async () => {
    inside.resolve()
    return new Promise(() => {})
  }
  const tools = [notedTool('note'), notedTool('hang', { execute })]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    cancelGraceSeconds: 0.05,
  })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Go' })
  await inside.promise
  await agentic.runs.cancel({ owner, id })
  await agentic.runs.wait({ owner, id })
  const items = await agentic.sessions.items({ owner, key: 'chat' })
  expect(items.map((item) => item['callId'] ?? item['role'])).toEqual(['user', 'call_1', 'call_1'])
})

test('someone else’s run cannot be cancelled', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await expect(agentic.runs.cancel({ owner: 'bob', id })).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await agentic.runs.get({ owner, id })).toMatchObject({ cancelRequestedAt: null })
})

test('a run does not begin to wait for a person when a cancel is wanted that nobody told it of', async () => {
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'never')
  const tools = [notedTool('pay', { needsApproval: true })]
  const agents = { assistant: () => new Agent({ name: 'A', model, tools }) }
  const database = temporaryDatabase()
  const agentic = instance({ database, agents })
  await agentic.start()
  // In the moment in which it asks, so that its own write does not see it.
  await sql(database, cancelOnAsking[kindOf(database)])
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  const run = await agentic.runs.wait({ owner, id, until: 'pause' })
  expect(run).toMatchObject({ status: 'cancelled' })
  expect(await agentic.approvals.list({ owner, runId: id })).toHaveLength(1)
})

const asking = 'trigger cancels after insert on agentic_approval'
const wantCancel = 'update agentic_run set cancel_requested_at = 1 where id = new.run_id;'
const cancelOnAsking = {
  sqlite: `create ${asking} begin ${wantCancel} end`,
  postgres: `create function cancels() returns trigger language plpgsql set search_path from current
      as $$ begin ${wantCancel} return null; end $$;
    create ${asking} for each row execute function cancels()`,
}
