import { expect, test } from 'vitest'
import type { Agentic, Queue } from 'agentic-node'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql } from '../support/sql.ts'

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
  const fresh = instance()
  const { isFine, findings } = await fresh.admin.doctor()
  expect(isFine).toBe(false)
  expect(findings).toMatchObject([
    { check: 'migrations', message: expect.stringContaining('0001_first_schema') },
  ])
  expect((await fresh.migrate()).length).toBeGreaterThan(0)
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

test('approvals that wait for days, and those that should have expired', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  await agentic.start()
  const columns =
    'id, run_id, owner, path, tool_name, agent_name, arguments, status, created_at, expires_at'
  await sql(
    database,
    `insert into agentic_approval (${columns})
      values ('a', 'r', 'ada', 'r/m0/t0', 'pay', 'A', '{}', 'pending', 1, 2)`,
  )
  expect(await found(agentic)).toEqual(['warning approvals', 'error approvals'])
})
