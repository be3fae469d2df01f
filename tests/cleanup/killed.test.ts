import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { appFolder, start } from '../cli/support/command.ts'
import { exportsInstance } from '../cli/support/config-files.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql, until } from '../support/sql.ts'
import { leftAfter } from './support/oracle.ts'
import { plant, stockOf, type Seed } from './support/seed.ts'

const owner = 'ada'
const policy = {
  eventsDays: 2,
  stepsDays: 3,
  runsDays: 5,
  sessionsDays: 8,
  sessionsRequireEmpty: false,
}
const args = [
  ...['cleanup', '--events-days', '2', '--steps-days', '3', '--runs-days', '5'],
  ...['--sessions-days', '8', '--sessions-allow-nonempty', '--batch-size', '20'],
]

/** Of each age some, the most of them larger than a batch. */
function largeSeed(): Seed {
  const ages = [0.5, 2.5, 3.5, 6.5, 9.5]
  const sessions = ages.flatMap((age) =>
    [90].map((items) => ({ id: uuidv7(), owner, key: uuidv7(), age, items })),
  )
  const runs = sessions.flatMap(({ id: sessionId, age }) =>
    [3, 100].map((events) => ({
      ...{ id: uuidv7(), sessionId, status: 'completed' as const, age },
      ...{ events, steps: Math.ceil(events / 2), approvals: 1 },
    })),
  )
  return { sessions, runs }
}

const eventsIn = async (database: string) =>
  Number((await sql(database, 'select count(*) as many from agentic_event'))[0]?.['many'])

/** Through the API nothing is there in part. */
async function expectWhole(agentic: Agentic, { sessions, runs }: Seed): Promise<void> {
  const { data } = await agentic.sessions.list({ owner, limit: 200 })
  for (const { id, key, items } of sessions) {
    const there = data.some((session) => session.id === id)
    const found = await agentic.sessions.items({ owner, key }).catch(() => null)
    expect(found?.length ?? null).toBe(there ? items : null)
  }
  const left = await agentic.admin.runs.list({ limit: 200 })
  for (const { id, events, steps } of runs.filter((run) =>
    left.data.some(({ id: other }) => other === run.id),
  )) {
    const log = await agentic.runs.events({ owner, id, limit: 1000 })
    expect([1, events]).toContain(log.length)
    expect(log.at(-1)).toMatchObject({ sequence: events, type: 'run.completed' })
    const timeline = await agentic.admin.runs.get({ id })
    expect([0, steps]).toContain(timeline.steps.length)
    expect(timeline.approvals).toHaveLength(1)
  }
}

test('killed at any moment it leaves nothing in part, and what comes after ends as if nothing had been', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const seed = largeSeed()
  await plant(database, seed)
  const folder = appFolder({ 'agentic.config.ts': exportsInstance })
  const rows = async () => eventsIn(database)
  for (let kill = 0; kill < 3; kill += 1) {
    const before = await rows()
    const command = start(folder, args, { DATABASE_URL: database })
    let isOver = false
    void command.ended.then(() => (isOver = true))
    await until(async () => isOver || (await rows()) !== before)
    // Somewhere in what follows: in a transaction, between two, or in a pause.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    command.signal('SIGKILL')
    await command.ended
    await expectWhole(agentic, seed)
  }
  const last = await start(folder, args, { DATABASE_URL: database }).ended
  expect(last).toMatchObject({ code: 0, errors: '' })
  expect(await stockOf(database)).toEqual(leftAfter(seed, policy))
}, 180_000)

test('Ctrl-C ends it after the transaction under way, and it says what it did', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  const seed = largeSeed()
  await plant(database, seed)
  const folder = appFolder({ 'agentic.config.ts': exportsInstance })
  const before = await eventsIn(database)
  const slowly = [...args.slice(0, -1), '3']
  const command = start(folder, slowly, { DATABASE_URL: database })
  await until(async () => (await eventsIn(database)) !== before)
  command.signal('SIGINT')
  const { code, output, errors } = await command.ended
  expect(code).toBe(1)
  expect(output).toMatch(/^Deleted \d+ runs, \d+ events/)
  expect(errors).toBe('agentic: Interrupted. Run it again to go on.\n')
})
