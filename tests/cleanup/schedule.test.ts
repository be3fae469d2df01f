import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { plant, stockOf } from './support/seed.ts'

const cleanup = { runsDays: 5, everyHours: 24 }

async function plantRuns(database: string, many: number): Promise<void> {
  const session = { id: uuidv7(), owner: 'ada', key: uuidv7(), age: 9, items: 0 }
  const log = { status: 'completed' as const, age: 9, events: 3, steps: 1, approvals: 0 }
  const runs = Array.from({ length: many }, () => ({
    ...{ ...log, id: uuidv7(), sessionId: session.id },
  }))
  await plant(database, { sessions: [session], runs })
}

const runsIn = async (database: string) => Object.keys((await stockOf(database)).runs).length
const done = async (database: string) =>
  (await sql(database, 'select done_at, held_until from agentic_chore'))[0]

test('of many workers one cleans up when it is time, and not again before', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  await plantRuns(database, 20)
  const workers = [1, 2, 3, 4].map(() => instance({ database, cleanup }))
  await Promise.all(workers.map(async (worker) => worker.start()))
  await until(async () => Number((await done(database))?.['done_at']) > 0)
  expect(await runsIn(database)).toBe(0)
  const audit = async () => (await workers[0]?.admin.audit({ targetId: 'run' }))?.data
  expect(await audit()).toMatchObject([
    { action: 'cleanup', actor: expect.stringMatching(/^worker:/), details: { runsDays: 5 } },
  ])
  await plantRuns(database, 3)
  await instance({ database, cleanup }).start()
  await until(async () => (await audit())?.length === 1)
  expect(await runsIn(database)).toBe(3)
})

test('what a worker that is lost has left of it is done by another', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  await plantRuns(database, 5)
  const text = `insert into agentic_chore (name, held_until, done_at) values ('cleanup', ?, 0)`
  await sql(database, text, Date.now() + 60_000)
  const often = { runsDays: 5, everyHours: 0.0001 }
  await instance({ database, cleanup: often }).start()
  expect(await runsIn(database)).toBe(5)
  await sql(database, 'update agentic_chore set held_until = 1')
  await until(async () => (await runsIn(database)) === 0)
})

test('a worker that ends does so after the transaction under way, and leaves the rest', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  await plantRuns(database, 60)
  const worker = instance({ database, cleanup: { ...cleanup, batchSize: 1 } })
  await worker.start()
  await until(async () => (await runsIn(database)) < 60)
  await worker.close()
  const left = await runsIn(database)
  expect(left).toBeGreaterThan(0)
  expect(Number((await done(database))?.['held_until'])).toBe(0)
  await instance({ database, cleanup }).start()
  await until(async () => (await runsIn(database)) === 0)
})
