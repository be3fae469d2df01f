import { expect, test } from 'vitest'
import { Agent } from '@openai/agents'
import { HeldAgent } from '../support/held-agent.ts'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const quiet = { seconds: 600, sweepSeconds: 600 }

test('a drain lets the call in flight finish; another worker goes on at once', async () => {
  const database = temporaryDatabase()
  const inside = deferred()
  const gate = deferred()
  const effects: string[] = []
  const model = new TurnModel(callsTool('note', { n: 1 }), 'done')
  const execute = async () => {
    inside.resolve()
    await gate.promise
    effects.push('noted')
    return 'noted'
  }
  const factory = () => new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] })
  const options = { database, agents: { assistant: factory }, lease: quiet }
  const first = instance(options)
  const { id } = await first.runs.submit({ owner, session: 'chat', input: 'Go' })
  await inside.promise
  const closed = first.close()
  gate.resolve()
  await closed
  const second = instance(options)
  const run = await second.runs.wait({ owner, id })
  expect(run).toMatchObject({ status: 'completed', attempt: 2 })
  expect(effects).toEqual(['noted'])
  expect(model.calls).toBe(2)
  const types = (await second.runs.events({ owner, id })).map((event) => event.type)
  expect(types).toContain('run.drained')
  expect(types).not.toContain('run.recovered')
  expect(await sql(database, 'select stalled_attempts from agentic_run')).toEqual([
    { stalled_attempts: 0 },
  ])
})

test('a running instance takes over what another one drained, without waiting for a sweep', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const options = {
    database,
    agents: { assistant: held.factory },
    lease: quiet,
    drainSeconds: 0.05,
  }
  const first = instance(options)
  const { id } = await first.runs.submit({ owner, session: 'chat', input: 'Go' })
  await held.reached('Go')
  const second = instance(options)
  await second.start()
  await first.close()
  await until(() => held.asked.length === 2)
  held.releaseAll()
  expect(await second.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 2 })
})

test('drains never count as attempts that came to nothing', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  let id = ''
  for (let n = 1; n <= 4; n += 1) {
    const agentic = instance({ database, agents, maxAttempts: 1, drainSeconds: 0 })
    if (n === 1) ({ id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Go' }))
    else await agentic.start()
    await until(() => held.asked.length === n)
    await agentic.close()
  }
  held.releaseAll()
  const last = instance({ database, agents, maxAttempts: 1 })
  expect(await last.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 5 })
})

test('closing while many are submitted and claimed leaves no run behind as running', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const first = instance({ database, agents, concurrency: 4, drainSeconds: 0.05 })
  await first.start()
  const submits = Array.from({ length: 30 }, async (_, n) =>
    first.runs.submit({ owner, session: `s${n}`, input: `${n}` }),
  )
  const closing = first.close()
  const settled = await Promise.allSettled(submits)
  await closing
  const accepted = settled.filter((one) => one.status === 'fulfilled').length
  const rows = await sql(database, 'select status, count(*) as n from agentic_run group by status')
  expect(rows).toEqual(accepted === 0 ? [] : [{ status: 'pending', n: accepted }])
})
