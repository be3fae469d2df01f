import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const actor = 'root'
const unknown = '01900000-0000-7000-8000-000000000000'

test('a cancel by somebody in charge is noted once, however many press it at once', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  await Promise.all(
    Array.from({ length: 10 }, async () => agentic.admin.runs.cancel({ id, actor })),
  )
  expect((await agentic.runs.wait({ owner, id })).status).toBe('cancelled')
  await agentic.admin.runs.cancel({ id, actor })
  const { data } = await agentic.admin.audit()
  expect(data).toEqual([
    {
      id: expect.any(String),
      at: expect.any(Number),
      ...{ actor, action: 'cancel', target: 'run', targetId: id, owner },
      details: { status: 'running' },
    },
  ])
})

test('a cancel that ends a run is noted, also when the owner had asked for it while it ran', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  // As a worker leaves it that drained before it saw the owner's cancel.
  await sql(database, 'update agentic_run set cancel_requested_at = 1 where id = ?', id)
  expect((await agentic.admin.runs.cancel({ id, actor })).status).toBe('cancelled')
  await agentic.admin.runs.cancel({ id, actor })
  const { data } = await agentic.admin.audit()
  expect(data).toMatchObject([{ actor, action: 'cancel', details: { status: 'cancelled' } }])
})

test('an action that is refused leaves no line', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  const { runs } = agentic.admin
  await expect(runs.retry({ id, actor })).rejects.toMatchObject({ code: 'run_not_finished' })
  await expect(runs.purge({ id, actor })).rejects.toMatchObject({ code: 'run_not_finished' })
  for (const verb of [runs.cancel, runs.retry, runs.purge]) {
    await expect(verb({ id: unknown, actor })).rejects.toMatchObject({ code: 'not_found' })
    await expect(verb({ id, actor: '' })).rejects.toMatchObject({ code: 'invalid_request' })
  }
  expect((await agentic.admin.audit()).data).toEqual([])
  expect((await agentic.runs.get({ owner, id })).status).toBe('pending')
})

test('what people in charge retry is not refused for what its owner may start, nor counts for it', async () => {
  const agentic = instance({ concurrency: 0, limits: { rate: '2/d', pendingPerOwner: 1 } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await agentic.runs.cancel({ owner, id })
  for (const times of [1, 2]) {
    const retried = await agentic.admin.runs.retry({ id, actor })
    expect(retried, String(times)).toMatchObject({ status: 'pending', retryOf: id })
  }
  for (const { id: each } of (await agentic.runs.list({ owner, status: 'pending' })).data) {
    await agentic.runs.cancel({ owner, id: each })
  }
  await agentic.runs.submit({ owner, session: 'chat', input: 'The second' })
  await expect(agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })).rejects.toThrow()
})

test('nothing is done for nobody', async () => {
  const agentic = instance({ concurrency: 0 })
  const rejected = { code: 'invalid_request', message: expect.stringContaining('actor') }
  for (const nobody of ['', 'a\0b']) {
    await expect(agentic.owners.delete({ owner, actor: nobody })).rejects.toMatchObject(rejected)
    const cleaning = agentic.admin.cleanup({ runsDays: 1 }, { actor: nobody })
    await expect(cleaning).rejects.toMatchObject(rejected)
  }
  expect((await agentic.admin.audit()).data).toEqual([])
})

test('what cannot be noted is not done', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  const ended = await agentic.runs.submit({ owner, session: 'other', input: 'Hi' })
  await agentic.runs.cancel({ owner, id: ended.id })
  await sql(database, 'alter table agentic_audit rename to agentic_elsewhere')
  await expect(agentic.admin.runs.cancel({ id, actor })).rejects.toThrow(/.+/)
  await expect(agentic.admin.runs.retry({ id: ended.id, actor })).rejects.toThrow(/.+/)
  await expect(agentic.admin.runs.purge({ id: ended.id, actor })).rejects.toThrow(/.+/)
  expect(await agentic.runs.get({ owner, id })).toMatchObject({ cancelRequestedAt: null })
  const { data } = await agentic.runs.list({ owner })
  expect(data.map((run) => run.id)).toEqual([ended.id, id])
})

test('a retry by somebody in charge is the owner’s new run', async () => {
  const agentic = instance()
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await agentic.runs.wait({ owner, id })
  const again = await agentic.admin.runs.retry({ id, actor })
  expect(again).toMatchObject({ owner, retryOf: id, sessionKey: 'chat', input: 'Hi' })
  expect((await agentic.admin.audit({ targetId: id })).data).toMatchObject([
    { action: 'retry', targetId: id, details: { run_id: again.id } },
  ])
})

test('a purged run leaves nothing but the line about it and what it gave its conversation', async () => {
  const database = temporaryDatabase()
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const tools = [notedTool('pay', { needsApproval: true })]
  const agents = { assistant: () => new Agent({ name: 'A', model, tools }) }
  const agentic = instance({ database, agents })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await agentic.runs.wait({ owner, id, until: 'pause' })
  const [approval] = await agentic.approvals.list({ owner, runId: id })
  const decision = { id: String(approval?.id), decision: 'approve' as const }
  await Promise.all([1, 2].map(async () => agentic.admin.approvals.decide({ ...decision, actor })))
  await agentic.runs.wait({ owner, id })
  const items = await agentic.sessions.items({ owner, key: 'chat' })
  expect(items).toHaveLength(4)
  await agentic.admin.runs.purge({ id, actor })
  for (const table of ['run', 'run_input', 'step', 'event', 'approval']) {
    expect(await sql(database, `select * from agentic_${table}`), table).toEqual([])
  }
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toEqual(items)
  await expect(agentic.admin.runs.purge({ id, actor })).rejects.toMatchObject({ code: 'not_found' })
  expect((await agentic.admin.audit()).data).toMatchObject([
    {
      ...{ actor, action: 'purge', target: 'run', targetId: id, owner },
      details: { status: 'completed', agent_key: 'assistant', session_key: 'chat' },
    },
    {
      ...{ actor, action: 'approve', target: 'approval', targetId: approval?.id, owner },
      details: { run_id: id, path: 'r/m0/t0', tool_name: 'pay' },
    },
  ])
})

test('a conversation goes on after one of its runs was purged', async () => {
  const agentic = instance()
  const first = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await agentic.runs.wait({ owner, id: first.id })
  await agentic.admin.runs.purge({ id: first.id, actor })
  const second = await agentic.runs.submit({ owner, session: 'chat', input: 'Again' })
  expect((await agentic.runs.wait({ owner, id: second.id })).status).toBe('completed')
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toHaveLength(4)
})
