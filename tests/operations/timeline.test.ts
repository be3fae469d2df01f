import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'

test('a run is told with its attempts, steps, approvals, events and what was done to it', async () => {
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const tools = [notedTool('pay', { needsApproval: true })]
  const agents = { assistant: () => new Agent({ name: 'Cashier', model, tools }) }
  const agentic = instance({ agents })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await agentic.runs.wait({ owner, id, until: 'pause' })
  const waiting = await agentic.admin.runs.get({ id })
  expect(waiting).toMatchObject({
    run: { id, owner, status: 'awaiting_approval', cut: [] },
    attempts: [{ attempt: 1, endedAt: expect.any(Number), how: 'awaiting_approval' }],
    approvals: [{ status: 'pending', toolName: 'pay' }],
    audit: [],
  })
  const approval = String(waiting.approvals[0]?.id)
  await agentic.admin.approvals.decide({ id: approval, decision: 'approve', actor: 'root' })
  await agentic.runs.wait({ owner, id })
  const told = await agentic.admin.runs.get({ id })
  expect(told).toMatchObject({
    run: { status: 'completed' },
    worker: null,
    leaseExpiresAt: null,
    attempts: [
      { attempt: 1, how: 'awaiting_approval' },
      { attempt: 2, endedAt: expect.any(Number), how: 'completed' },
    ],
    steps: [
      { path: 'r/m0', kind: 'model', agentName: 'Cashier', attempt: 1, state: 'done' },
      { path: 'r/m0/t0', kind: 'tool', name: 'pay', effectiveArguments: null, attempt: 2 },
      { path: 'r/m1', kind: 'model', finishedAt: expect.any(Number) },
    ],
    stepsBefore: null,
    approvals: [{ status: 'approved', decidedBy: 'root' }],
    audit: [{ actor: 'root', action: 'approve', targetId: approval }],
  })
  expect(told.steps[1]?.arguments).toEqual({ n: 1 })
  expect(told.events).toEqual(await agentic.runs.events({ owner, id }))
})

test('an attempt whose worker was lost is told as lost', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const lease = { seconds: 600, sweepSeconds: 600 }
  const first = instance({ database, agents: { assistant: held.factory }, lease })
  const { id } = await first.runs.submit({ owner, session: 'chat', input: 'lost' })
  await held.reached('lost')
  expect(await first.admin.runs.get({ id })).toMatchObject({
    worker: expect.any(String),
    leaseExpiresAt: expect.any(Number),
    attempts: [{ attempt: 1, endedAt: null, how: 'running' }],
  })
  await expireLease(database, id)
  const second = instance({ database, lease: { sweepSeconds: 0.05 } })
  await second.runs.wait({ owner, id })
  const { attempts } = await second.admin.runs.get({ id })
  expect(attempts.map(({ how }) => how)).toEqual(['lost', 'completed'])
})

test('long values are given by their beginning, and a step whole when it is asked for', async () => {
  const long = `"${'ä🎉\\'.repeat(30_000)}`
  const model = new TurnModel(callsTool('read', { n: 1 }), 'done')
  const tools = [notedTool('read', { execute: () => long })]
  const agents = { assistant: () => new Agent({ name: 'A', model, tools }) }
  const agentic = instance({ agents })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: long })
  await agentic.runs.wait({ owner, id })
  const { run, steps } = await agentic.admin.runs.get({ id })
  expect(run.cut).toEqual(['input'])
  expect(long.startsWith(String(run.input))).toBe(true)
  expect(String(run.input).length).toBeGreaterThan(8_000)
  const [listed] = (await agentic.admin.runs.list()).data
  expect(listed?.cut).toEqual(['input'])
  expect(String(listed?.input).length).toBeLessThanOrEqual(2_000)
  const step = steps.find(({ path }) => path === 'r/m0/t0')
  expect(step).toMatchObject({ cut: ['result'], arguments: { n: 1 } })
  expect(Buffer.byteLength(JSON.stringify(step))).toBeLessThan(200_000)
  const whole = await agentic.admin.runs.step({ id, path: 'r/m0/t0' })
  expect(whole.cut).toEqual([])
  expect(JSON.stringify(whole.result)).toContain(JSON.stringify(long).slice(1, -1).slice(0, 60_000))
  await expect(agentic.admin.runs.step({ id, path: 'r/m9' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the steps of a long run are read from the newest back, each once', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await sql(
    database,
    `insert into agentic_step (run_id, path, kind, state, attempt, agent_name, name, started_at)
      select ?, 'r/m' || n, 'model', 'started', 1, 'A', 'gpt', 1000 + n / 7
      from (with recursive s(n) as (select 100 union all select n + 1 from s where n < 599)
        select n from s) as s`,
    id,
  )
  const seen: string[] = []
  let before: string | null = null
  do {
    const asked: { stepsBefore?: string } = before === null ? {} : { stepsBefore: before }
    const { steps, stepsBefore } = await agentic.admin.runs.get({ id, ...asked })
    seen.unshift(...steps.map(({ path }) => path))
    before = stepsBefore
  } while (before !== null)
  expect(seen).toEqual(Array.from({ length: 500 }, (_, n) => `r/m${100 + n}`))
})
