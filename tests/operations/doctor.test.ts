import { Agent } from '@openai/agents'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Agentic, Queue } from 'agentic-node'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'

async function found(agentic: Agentic): Promise<string[]> {
  const { findings } = await agentic.admin.doctor()
  for (const { message } of findings) expect(message).toMatch(/[.:]$|\S/)
  return findings.map(({ severity, check }) => `${severity} ${check}`)
}

test('with a worker and nothing wrong there is nothing to say', async () => {
  const agentic = instance()
  await agentic.start()
  expect(await agentic.admin.doctor()).toEqual({ isFine: true, findings: [] })
})

test('a database that is away, or not migrated, is a finding and no failure, and is not changed', async () => {
  const away = instance({ database: 'postgres://nobody@127.0.0.1:1/none' })
  expect(await found(away)).toEqual(['error database'])
  const database = temporaryDatabase()
  await sql(database, 'select 1')
  const fresh = instance({ database })
  const { isFine, findings } = await fresh.admin.doctor()
  expect(isFine).toBe(false)
  expect(findings).toMatchObject([
    { check: 'migrations', message: expect.stringContaining('0001_first_schema') },
  ])
  expect((await fresh.migrate()).length).toBeGreaterThan(0)
})

test('a database file that is not there is a finding, and is not made', async () => {
  const database = temporaryDatabase('sqlite')
  const file = database.replace('file:', '')
  const agentic = instance({ database })
  expect(await agentic.admin.doctor()).toMatchObject({
    isFine: false,
    findings: [
      {
        check: 'database',
        message: `The database file ${file} does not exist.`,
        advice: expect.stringContaining('agentic migrate'),
      },
    ],
  })
  expect(existsSync(file)).toBe(false)
  await agentic.migrate()
  expect(await found(agentic)).toEqual(['warning workers'])
})

test('runs that wait for no worker, for an unknown agent, or that lost theirs', async () => {
  const database = temporaryDatabase()
  const web = instance({
    database,
    concurrency: 0,
    agents: { assistant: () => speaker('Hi'), gone: () => speaker('Hi') },
    defaultAgent: 'assistant',
  })
  await web.start()
  expect(await found(web)).toEqual(['warning workers'])
  await web.runs.submit({ owner, session: 'one', input: 'Hi', agent: 'gone' })
  expect(await found(web)).toEqual(['error workers'])
  const without = instance({ database, concurrency: 0 })
  expect(await found(without)).toEqual(['error workers', 'error agents'])
  const { id } = await web.runs.submit({ owner, session: 'two', input: 'Hi' })
  await sql(database, `update agentic_run set status = 'running', turn = null where id = ?`, id)
  await expireLease(database, id)
  expect(await found(web)).toEqual(['error workers', 'error leases'])
  const ignoring = instance({ database, concurrency: 0, recovery: 'ignore' })
  expect(await found(ignoring)).toEqual(['error workers', 'warning leases', 'error agents'])
})

test('runs that wait for long while workers have room, and slots that nobody uses', async () => {
  const database = temporaryDatabase()
  const worker = instance({ database, lease: { sweepSeconds: 600 } })
  await worker.start()
  const web = instance({ database, concurrency: 0 })
  const { id } = await worker.runs.submit({ owner, session: 'one', input: 'Hi' })
  await worker.runs.wait({ owner, id })
  const other = temporaryDatabase()
  const stuck = instance({ database: other, concurrency: 0 })
  const { id: pending } = await stuck.runs.submit({ owner, session: 'two', input: 'Hi' })
  await sql(other, 'update agentic_run set created_at = 1, owner_slot = 0 where id = ?', pending)
  await sql(
    other,
    `insert into agentic_worker (id, host, pid, concurrency, started_at, heartbeat_at)
      values ('w', 'h', 1, 4, ?, ?)`,
    ...[Date.now(), Date.now()],
  )
  expect(await found(web)).toEqual([])
  expect(await found(stuck)).toEqual(['warning pending', 'error limits'])
  const { id: running } = await stuck.runs.submit({ owner, session: 'three', input: 'Hi' })
  const taken = `status = 'running', turn = null, worker_id = 'w', lease_expires_at = ?`
  await sql(other, `update agentic_run set ${taken} where id = ?`, Date.now() + 600_000, running)
  expect(await found(stuck)).toEqual(['warning pending', 'error limits'])
  // As many as may be executed at once are.
  const full = instance({ database: other, concurrency: 0, limits: { totalConcurrency: 1 } })
  expect(await found(full)).toEqual(['error limits'])
})

test('a queue that does not answer', async () => {
  const broken: Queue = {
    wake: async () => {},
    listen: async () => {},
    close: async () => {},
    check: async () => {
      throw new Error('no Redis at all.')
    },
  }
  const agentic = instance({ queue: broken })
  await agentic.start()
  const { findings } = await agentic.admin.doctor()
  expect(findings).toMatchObject([
    { severity: 'error', check: 'queue', message: expect.stringContaining('no Redis at all.') },
  ])
})

test('approvals that wait for days, and those that should have expired, unless their run has ended', async () => {
  const database = temporaryDatabase()
  const tools = [notedTool('pay', { needsApproval: true })]
  const model = () => new TurnModel(callsTool('pay', { n: 1 }))
  const agents = { assistant: () => new Agent({ name: 'A', model: model(), tools }) }
  const agentic = instance({ database, agents, lease: { sweepSeconds: 600 } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await agentic.runs.wait({ owner, id, until: 'pause' })
  expect(await found(agentic)).toEqual([])
  await sql(database, 'update agentic_approval set created_at = 1, expires_at = 2')
  expect(await found(agentic)).toEqual(['warning approvals', 'error approvals'])
  await agentic.runs.cancel({ owner, id })
  expect(await found(agentic)).toEqual([])
})

test('what a run asked that was given back in the middle waits too', async () => {
  const database = temporaryDatabase()
  const never = async () => new Promise<never>(() => {})
  const tools = [notedTool('pay', { needsApproval: true }), notedTool('look', { execute: never })]
  const turn = [...callsTool('pay', { n: 1 }), ...callsTool('look', { n: 2 })]
  const agents = { assistant: () => new Agent({ name: 'A', model: new TurnModel(turn), tools }) }
  const lease = { sweepSeconds: 600 }
  const worker = instance({ database, agents, lease })
  await worker.runs.submit({ owner, session: 'chat', input: 'Pay' })
  await until(async () => (await worker.approvals.list({ owner })).length === 1)
  await sql(database, 'update agentic_approval set created_at = 1, expires_at = 2')
  expect(await found(worker)).toEqual(['warning approvals', 'error approvals'])
  await worker.close({ now: true })
  const web = instance({ database, agents, lease, concurrency: 0 })
  const seen = await found(web)
  expect(seen).toEqual(expect.arrayContaining(['warning approvals', 'error approvals']))
})
