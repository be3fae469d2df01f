import { Agent } from '@openai/agents'
import { expect, onTestFinished, test } from 'vitest'
import type { Approval } from 'agentic-node'
import { expireApproval } from '../../src/store/decisions.ts'
import { openDatabase } from '../../src/store/open.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { firstLife, Hold, notingTool, secondLife, type Story } from '../support/lives.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { pendingOf, waitingRun } from '../support/waiting.ts'

const year = 31_536_000

test('a call about which nobody decides in time is rejected, and the model is told', async () => {
  const { story, effects } = payer({ limits: { approvalSeconds: 600 } })
  const { second, id, database, pending } = await waitingRun(story)
  const { createdAt, expiresAt } = pending[0]!
  expect(expiresAt! - createdAt).toBeGreaterThan(500_000)
  // It was asked for before the row was written.
  expect(expiresAt! - createdAt).toBeLessThanOrEqual(600_000)
  await runOut(database, pending[0]!)
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({
    status: 'completed',
    output: expect.stringMatching(/^Nobody decided in time.*not made/),
  })
  expect(effects).toEqual([])
  expect(await second.approvals.get({ owner: 'ada', id: pending[0]!.id })).toMatchObject({
    status: 'rejected',
    decidedBy: null,
    decidedAt: expect.any(Number),
  })
  const log = await second.runs.events({ owner: 'ada', id, limit: 1000 })
  const about = log.filter(({ type }) => type.startsWith('tool_approval_'))
  expect(about.map(({ payload }) => payload)).toMatchObject([
    { kind: 'call', expires_at: new Date(expiresAt!).toISOString() },
    { kind: 'call', decision: 'rejected', decided_by: null, edited: false, rest_of_run: false },
  ])
})

test('a run whose interrupted call nobody decides about in time fails', async () => {
  const hold = new Hold()
  const tools = { pay: { interrupted: 'ask', approvalSeconds: 1, needsApproval: false } } as const
  const { story, effects } = payer({ tools }, { asks: false, during: async () => hold.here() })
  const database = temporaryDatabase()
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await hold.reached
  await expireLease(database, id)
  const second = secondLife(story, database)
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
  expect(run).toMatchObject({ error: expect.stringMatching(/`pay` at.*nobody decided in time/) })
  expect(effects).toEqual(['pay:5'])
  const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
  expect(approval).toMatchObject({ kind: 'interrupted', status: 'failed', decidedBy: null })
})

test('the time of a tool comes before that of all', async () => {
  const limits = { approvalSeconds: 60 }
  const { story } = payer({ limits, tools: { pay: { approvalSeconds: year } } })
  const { pending } = await waitingRun(story)
  expect(pending[0]!.expiresAt! - pending[0]!.createdAt).toBeGreaterThan((year - 60) * 1000)
})

test('after its time nobody can decide, also when no sweep has come by', async () => {
  const { story } = payer({ limits: { approvalSeconds: year } })
  const database = temporaryDatabase()
  const agentic = firstLife(story, database)
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
  const [approval] = await pendingOf(agentic, id)
  await runOut(database, approval!)
  const query = { owner: 'ada', id: approval!.id }
  for (const decision of ['approve', 'reject'] as const) {
    await expect(agentic.approvals.decide({ ...query, decision })).rejects.toMatchObject({
      code: 'already_decided',
      message: expect.stringContaining('its time was over'),
    })
  }
  expect((await agentic.approvals.get(query)).status).toBe('pending')
  const second = secondLife(story, database)
  expect(await second.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
  await expect(second.approvals.decide({ ...query, decision: 'approve' })).rejects.toMatchObject({
    message: expect.stringContaining('nobody had decided in time'),
  })
})

test('many sweepers expire it once, and leave alone what has time', async () => {
  const { story } = payer({ limits: { approvalSeconds: year } }, { calls: 3 })
  const { second, id, database, pending } = await waitingRun(story)
  const others = [secondLife(story, database), secondLife(story, database)]
  await Promise.all(others.map(async (agentic) => agentic.start()))
  await runOut(database, pending[0]!)
  await runOut(database, pending[1]!)
  await expect.poll(async () => pendingOf(second, id)).toHaveLength(1)
  await second.approvals.decide({ owner: 'ada', id: pending[2]!.id, decision: 'approve' })
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ output: expect.stringMatching(/^Nobody.*, Nobody.*, done 7 #2$/) })
  const log = await second.runs.events({ owner: 'ada', id, limit: 1000 })
  expect(log.filter(({ type }) => type === 'tool_approval_decided')).toHaveLength(3)
})

test('a sweeper that comes after another one, or after a person, decides nothing', async () => {
  const { story } = payer({ limits: { approvalSeconds: year } }, { calls: 2 })
  const { second, id, database: url, pending } = await waitingRun(story)
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  const expire = async ({ id: approvalId }: Approval) =>
    database.write(async (executor) => expireApproval(executor, { id: approvalId, ...messages }))
  expect(await expire(pending[0]!)).toBeNull()
  await second.approvals.decide({ owner: 'ada', id: pending[0]!.id, decision: 'approve' })
  await runOut(url, pending[0]!)
  expect(await expire(pending[0]!)).toBeNull()
  await runOut(url, pending[1]!)
  await second.runs.wait({ owner: 'ada', id })
  expect(await expire(pending[1]!)).toBeNull()
  const log = await second.runs.events({ owner: 'ada', id, limit: 1000 })
  expect(log.filter(({ type }) => type === 'tool_approval_decided')).toHaveLength(2)
})

const messages = { callMessage: 'late', interruptedMessage: 'late' }

test('what a run leaves pending at its end is not looked at by every sweep', async () => {
  const { story } = payer({ limits: { approvalSeconds: year } })
  const { second, id, database, pending } = await waitingRun(story)
  await second.runs.cancel({ owner: 'ada', id })
  const text = 'select status, expires_at from agentic_approval'
  expect(await sql(database, text)).toMatchObject([{ status: 'undecided' }])
  // As a version before this one left it.
  await sql(database, "update agentic_approval set status = 'pending'")
  await runOut(database, pending[0]!)
  await until(async () => (await sql(database, text))[0]?.['expires_at'] === null)
  expect(await sql(database, text)).toMatchObject([{ status: 'pending' }])
})

interface PayerOptions {
  asks?: boolean
  calls?: number
  during?: () => Promise<void>
}

/** An agent that pays, and asks before it does. */
function payer(
  options: Pick<Story, 'limits' | 'tools'>,
  { asks = true, calls = 1, during }: PayerOptions = {},
) {
  const effects: string[] = []
  const turn = Array.from({ length: calls }, (_, index) => call('pay', { note: `${5 + index}` }))
  const model = new TurnModel(turn, (request) => results(request).join(', '))
  const agent = () => {
    const pay = notingTool('pay', effects, async (note) => {
      await during?.()
      return `done ${note}`
    })
    pay.needsApproval = async () => asks
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  return { story: { agent, events: 'items' as const, ...options }, effects }
}

/** As if its time had passed. */
async function runOut(database: string, { id }: Approval): Promise<void> {
  await sql(database, 'update agentic_approval set expires_at = 1 where id = ?', id)
}
