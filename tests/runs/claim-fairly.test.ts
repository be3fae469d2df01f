import { describe, expect, test } from 'vitest'
import { inProcessQueue } from '../../src/queue/in-process.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'

/** One run at a time, so that the order of the model's calls is the order of claims. */
function oneAtATime(held: HeldAgent, database = temporaryDatabase()) {
  return instance({ database, agents: { assistant: held.factory }, concurrency: 1 })
}

test('everyone’s oldest run comes before anyone’s second', async () => {
  const held = new HeldAgent()
  const agentic = oneAtATime(held)
  const submit = async (owner: string, input: string) =>
    agentic.runs.submit({ owner, session: input, input })
  await submit('zoe', 'first')
  await held.reached('first')
  for (const n of [1, 2, 3, 4, 5]) await submit('ada', `A${n}`)
  const { id } = await submit('bob', 'B1')
  held.releaseAll()
  await agentic.runs.wait({ owner: 'bob', id })
  await until(() => held.asked.length === 7)
  expect(held.asked).toEqual(['first', 'A1', 'B1', 'A2', 'A3', 'A4', 'A5'])
})

test('with many owners the round goes on', async () => {
  const held = new HeldAgent()
  const agentic = oneAtATime(held)
  await agentic.runs.submit({ owner: 'zoe', session: 's', input: 'first' })
  await held.reached('first')
  const owners = Array.from({ length: 12 }, (_, n) => `owner-${n}`)
  for (const owner of owners) {
    for (const n of [1, 2, 3]) {
      await agentic.runs.submit({ owner, session: `s${n}`, input: `${owner} ${n}` })
    }
  }
  held.releaseAll()
  await until(() => held.asked.length === 1 + 36)
  const rounds = [0, 1, 2].map((round) =>
    held.asked.slice(1 + round * 12, 13 + round * 12).map((text) => text.split(' ')[1]),
  )
  expect(rounds.map((numbers) => [...new Set(numbers)])).toEqual([['1'], ['2'], ['3']])
})

test('a run with a recovered lease goes first', async () => {
  const database = temporaryDatabase()
  const lostHere = new HeldAgent()
  const first = instance({
    database,
    agents: { assistant: lostHere.factory },
    concurrency: 1,
    lease: { seconds: 600, sweepSeconds: 600 },
  })
  const { id } = await first.runs.submit({ owner: 'ada', session: 'a', input: 'recovered' })
  await lostHere.reached('recovered')
  for (const n of [1, 2]) {
    await first.runs.submit({ owner: 'bob', session: `b${n}`, input: `waits ${n}` })
  }
  await expireLease(database, id)
  const held = new HeldAgent()
  const second = oneAtATime(held, database)
  await second.start()
  const recovered = "select 1 from agentic_event where type = 'run.recovered'"
  await until(async () => (await sql(database, recovered)).length === 1)
  held.releaseAll()
  await until(() => held.asked.length === 3)
  // The second instance claims one waiting run before its first sweep is through, at most.
  expect(held.asked.indexOf('recovered')).toBeLessThanOrEqual(1)
  expect(held.asked.at(-1)).toBe('waits 2')
})

test('a blocked session does not block others of the same owner', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const submit = async (session: string, input: string) =>
    agentic.runs.submit({ owner: 'ada', session, input })
  const blocking = await submit('busy', 'blocking')
  await held.reached('blocking')
  const blocked = await submit('busy', 'blocked')
  const free = await submit('free', 'free')
  await held.reached('free')
  held.release('free')
  await agentic.runs.wait({ owner: 'ada', id: free.id })
  expect(await agentic.runs.get({ owner: 'ada', id: blocked.id })).toMatchObject({
    status: 'pending',
    blockedBy: blocking.id,
  })
  held.releaseAll()
  expect((await agentic.runs.wait({ owner: 'ada', id: blocked.id })).status).toBe('completed')
})

test('runs of one session are executed in the order of their submits, whatever the clocks say', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agentic = oneAtATime(held, database)
  const submit = async (input: string) =>
    agentic.runs.submit({ owner: 'ada', session: 'chat', input })
  const first = await submit('1')
  await held.reached('1')
  // As if the process that took the first run were an hour ahead.
  const ahead = first.id.replace(/^.{8}/, 'f0000000')
  for (const [table, column] of [
    ['run', 'id'],
    ['run_input', 'run_id'],
  ] as const) {
    const text = `update agentic_${table} set ${column} = ? where ${column} = ?`
    await sql(database, text, ahead, first.id)
  }
  const second = await submit('2')
  const third = await submit('3')
  expect([ahead, second.id, third.id].toSorted()).toEqual([ahead, second.id, third.id])
  expect(second).toMatchObject({ blockedBy: ahead })
  // Something of the session ends while its first run is active: nobody may overtake it.
  await agentic.runs.cancel({ owner: 'ada', id: third.id })
  expect(await sql(database, 'select count(*) as n from agentic_run where front = 1')).toEqual([
    { n: 1 },
  ])
})

test('a lane whose run with the turn is cancelled goes on with the next', async () => {
  const held = new HeldAgent()
  const agentic = instance({
    agents: { assistant: held.factory },
    concurrency: 1,
    lease: { seconds: 600, sweepSeconds: 600 },
  })
  const submit = async (owner: string, input: string) =>
    agentic.runs.submit({ owner, session: input, input })
  await submit('zoe', 'first')
  await held.reached('first')
  const one = await submit('ada', 'A1')
  const two = await submit('ada', 'A2')
  await agentic.runs.cancel({ owner: 'ada', id: one.id })
  held.releaseAll()
  expect((await agentic.runs.wait({ owner: 'ada', id: two.id })).status).toBe('completed')
})

describe('a run that could begin where it is submitted waits all the same behind', () => {
  const waiting = [
    { who: 'one of its owner', owner: 'ada', turn: 'as it is' },
    { who: 'one of its owner whose turn was taken back', owner: 'ada', turn: 'null' },
    { who: 'one of somebody else', owner: 'bob', turn: 'as it is' },
  ]
  test.each(waiting)('$who', async ({ owner, turn }) => {
    const database = temporaryDatabase()
    const held = new HeldAgent()
    // Only submits find the places of this process: nobody calls it, and its next look is far away.
    const queue = { ...inProcessQueue(), wake: async () => {} }
    const agents = { assistant: held.factory }
    const agentic = instance({ database, agents, queue, lease: { sweepSeconds: 86_000 } })
    await agentic.start()
    const web = instance({ database, agents, concurrency: 0 })
    await web.runs.submit({ owner, session: 'waits', input: 'waits' })
    if (turn === 'null') await sql(database, 'update agentic_run set turn = null')
    const submit = async (who: string) =>
      agentic.runs.submit({ owner: who, session: `new-${who}`, input: `new ${who}` })
    const { id } = await submit('ada')
    expect(await agentic.runs.get({ owner: 'ada', id })).toMatchObject({ status: 'pending' })
    await sql(database, "update agentic_run set status = 'cancelled', finished_at = 1, turn = null")
    await submit('eve')
    await held.reached('new eve')
    expect(held.asked).toEqual(['new eve'])
    held.releaseAll()
  })
})
