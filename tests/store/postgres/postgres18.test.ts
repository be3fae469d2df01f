import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { HeldAgent } from '../../support/held-agent.ts'
import { instance } from '../../support/instance.ts'
import { startPostgres18 } from '../../support/postgres18.ts'
import { expireLease, sql, until } from '../../support/sql.ts'
import { callsTool, notedTool } from '../../support/tools.ts'
import { TurnModel } from '../../support/turn-model.ts'

const owner = 'ada'
const quiet = { info() {}, warn() {}, error() {} }

test('PostgreSQL 18 runs, claims, recovers, asks and remembers as 15 does', async () => {
  const { url } = await startPostgres18()
  const database = `${url}?schema=agentic`
  const held = new HeldAgent()
  const model = new TurnModel(callsTool('pay', { n: 1 }), 'paid')
  const tools = [notedTool('pay', { needsApproval: true })]
  const options = {
    database,
    agents: { held: held.factory, payer: () => new Agent({ name: 'P', model, tools }) },
    lease: { seconds: 600, sweepSeconds: 0.05 },
    limits: { ownerConcurrency: 2 },
    cancelGraceSeconds: 0,
    logger: quiet,
  }
  const both = [instance(options), instance(options)]
  const [one, two] = both as [(typeof both)[0], (typeof both)[0]]
  await Promise.all(both.map(async (agentic) => agentic.start()))

  const lost = await one.runs.submit({ owner, session: 'a', agent: 'held', input: 'lost' })
  await held.reached('lost')
  await expireLease(database, lost.id)
  await until(() => held.asked.length === 2)
  held.releaseAll()
  expect(await two.runs.wait({ owner, id: lost.id })).toMatchObject({
    status: 'completed',
    attempt: 2,
  })

  const paying = await two.runs.submit({ owner, session: 'a', agent: 'payer', input: 'pay' })
  await one.runs.wait({ owner, id: paying.id, until: 'pause' })
  const [approval] = await one.approvals.list({ owner, runId: paying.id })
  await one.approvals.decide({ owner, id: approval!.id, decision: 'approve' })
  expect(await two.runs.wait({ owner, id: paying.id })).toMatchObject({ output: 'paid #2' })
  expect(await one.sessions.items({ owner, key: 'a' })).toHaveLength(6)

  const many = Array.from({ length: 40 }, async (_, n) =>
    both[n % 2]!.runs.submit({
      owner: `u${n % 5}`,
      session: `s${n % 20}`,
      agent: 'held',
      input: `${n}`,
    }),
  )
  await Promise.all(many)
  const unfinished = 'select count(*) as n from agentic_run where finished_at is null'
  await until(async () => (await sql(database, unfinished))[0]?.['n'] === 0)
  expect(held.asked).toHaveLength(2 + 40)
  expect((await one.runs.list({ owner: 'u1' })).data).toHaveLength(8)
})

test('a server that restarts in the middle of a run costs nothing', async () => {
  const { url, stop, start } = await startPostgres18()
  const held = new HeldAgent()
  const agentic = instance({ database: url, logger: quiet, agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Go' })
  await held.reached('Go')
  await stop()
  held.releaseAll()
  await expect(agentic.runs.get({ owner, id })).rejects.toMatchObject({
    code: 'database_unavailable',
  })
  await start()
  expect(await agentic.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 1 })
  expect(held.asked).toEqual(['Go'])
})
