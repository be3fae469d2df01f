import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { difference, leftAfter } from './support/oracle.ts'
import { plant, stockOf, type Seed } from './support/seed.ts'

const owner = 'ada'
const everything = { runsDays: 5, sessionsDays: 5, sessionsRequireEmpty: false, batchSize: 12 }

function oldSeed(many: number): Seed {
  const sessions = Array.from({ length: many }, (_, n) => {
    return { id: uuidv7(), owner, key: `s${n}`, age: 9, items: n % 20 }
  })
  const log = { status: 'completed' as const, age: 9, steps: 2, approvals: 0 }
  const runs = sessions.map(({ id: sessionId }, n) => {
    return { ...log, id: uuidv7(), sessionId, events: (n % 30) + 1 }
  })
  return { sessions, runs }
}

test('two at once share the work, and each row is deleted by one of them', async () => {
  const database = temporaryDatabase()
  const both = [0, 1].map(() => instance({ database, concurrency: 0 }))
  await Promise.all(both.map(async (agentic) => agentic.start()))
  const seed = oldSeed(24)
  await plant(database, seed)
  const before = await stockOf(database)
  const reports = await Promise.all(both.map(async ({ admin }) => admin.cleanup(everything)))
  // What one held another passes by: it is found by the next.
  reports.push(...(await Promise.all(both.map(async ({ admin }) => admin.cleanup(everything)))))
  const after = await stockOf(database)
  expect(after).toEqual(leftAfter(seed, everything))
  const kinds = ['runs', 'events', 'steps', 'sessions', 'items'] as const
  const sums = kinds.map((kind) => reports.reduce((sum, { deleted }) => sum + deleted[kind], 0))
  const gone = difference(before, after)
  expect(sums).toEqual(kinds.map((kind) => gone[kind]))
})

test('runs go on in sessions that are just being deleted, and none is lost', async () => {
  const database = temporaryDatabase()
  const agents = { assistant: () => speaker('Hello!') }
  const agentic = instance({ database, agents, concurrency: 4 })
  const cleaner = instance({ database, concurrency: 0 })
  await Promise.all([agentic.start(), cleaner.start()])
  const seed = oldSeed(16)
  await plant(database, seed)
  const cleaning = cleaner.admin.cleanup(everything)
  const ended = await Promise.all(
    seed.sessions.map(async ({ key }) => {
      const { id } = await agentic.runs.submit({ owner, session: key, input: 'Hi' })
      return agentic.runs.wait({ owner, id })
    }),
  )
  await cleaning
  expect(ended.map(({ status }) => status)).toEqual(seed.sessions.map(() => 'completed'))
  const stock = await stockOf(database)
  expect(stock.orphans).toBe(0)
  for (const { id, sessionKey } of ended) {
    expect(stock.runs[id]).toBeDefined()
    const items = await agentic.sessions.items({ owner, key: sessionKey })
    expect(items.at(-1)).toMatchObject({ role: 'assistant' })
  }
})
