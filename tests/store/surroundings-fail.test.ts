import { expect, test } from 'vitest'
import { instance, speaker, temporaryDatabase } from '../support/instance.ts'
import { sql, stopWrites, until } from '../support/sql.ts'

const owner = 'ada'
const hello = { owner, session: 'chat', input: 'Hi' }

test('a locked database is waited for, with the event loop free', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const letWrite = await stopWrites(database)
  const submitting = agentic.runs.submit(hello)
  // The machine may stand still in one of them; who blocks the loop does it in all.
  const windows: Watched[] = []
  for (let n = 0; n < 5 && !windows.some(isFree); n += 1) windows.push(await watchLoop(700))
  expect(windows.filter(isFree), JSON.stringify(windows)).toHaveLength(1)
  expect(await agentic.runs.list({ owner })).toEqual({ data: [], nextCursor: null })
  await letWrite()
  expect((await submitting).status).toBe('pending')
})

interface Watched {
  turns: number
  longest: number
}

const isFree = ({ turns, longest }: Watched) => turns > 50 && longest < 200

async function watchLoop(ms: number): Promise<Watched> {
  let [turns, longest, last] = [0, 0, performance.now()]
  const end = last + ms
  while (performance.now() < end) {
    await new Promise((resolve) => setImmediate(resolve))
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    turns += 1
  }
  return { turns, longest }
}

test('a database that stays locked answers `database_locked`, all that wait at once', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const letWrite = await stopWrites(database)
  const begun = performance.now()
  const submits = Array.from({ length: 20 }, async (_, n) =>
    agentic.runs.submit({ ...hello, session: `s${n}` }),
  )
  const settled = await Promise.allSettled(submits)
  for (const one of settled) {
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'database_locked' } })
  }
  expect(performance.now() - begun).toBeLessThan(25_000)
  await letWrite()
  expect((await agentic.runs.submit(hello)).status).toBe('pending')
  expect(await sql(database, 'select count(*) as n from agentic_run')).toEqual([{ n: 1 }])
})

test('a run whose database is locked at its end is completed when the lock is gone', async () => {
  const database = temporaryDatabase()
  const gate = Promise.withResolvers<void>()
  const asked: string[] = []
  const agentic = instance({
    database,
    logger: { info() {}, warn() {}, error() {} },
    agents: {
      assistant: async () => {
        asked.push('built')
        await gate.promise
        return speaker('Hello!')
      },
    },
  })
  const { id } = await agentic.runs.submit(hello)
  await until(() => asked.length === 1)
  const letWrite = await stopWrites(database)
  gate.resolve()
  for (let n = 0; n < 100; n += 1) await new Promise((resolve) => setTimeout(resolve, 1))
  expect((await agentic.runs.get({ owner, id })).status).toBe('running')
  await letWrite()
  expect(await agentic.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 1 })
})

test('a table that was deleted is named; when it is back, so are we', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  await sql(database, 'alter table agentic_run_input rename to hidden')
  await expect(agentic.runs.submit(hello)).rejects.toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining('agentic_run_input'),
  })
  await expect(agentic.runs.list({ owner })).rejects.toMatchObject({ code: 'database_unavailable' })
  await sql(database, 'alter table hidden rename to agentic_run_input')
  const { id } = await agentic.runs.submit(hello)
  expect((await agentic.runs.get({ owner, id })).status).toBe('pending')
  expect((await agentic.runs.list({ owner })).data).toHaveLength(1)
})

test('a run that meets a missing table goes on when it is back', async () => {
  const database = temporaryDatabase()
  const complaints: string[] = []
  const note = (_fields: object, message: string) => void complaints.push(message)
  const agentic = instance({ database, logger: { info() {}, warn: note, error: note } })
  await agentic.start()
  await sql(database, 'alter table agentic_step rename to hidden')
  const { id } = await agentic.runs.submit(hello)
  await until(() => complaints.length > 0)
  await sql(database, 'alter table hidden rename to agentic_step')
  expect(await agentic.runs.wait({ owner, id })).toMatchObject({ status: 'completed', attempt: 1 })
})
