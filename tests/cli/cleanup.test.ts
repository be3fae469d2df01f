import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { plant, stockOf } from '../cleanup/support/seed.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { appFolder, run } from './support/command.ts'
import { exportsInstance, exportsInstanceWith } from './support/config-files.ts'

const withConfig = { 'agentic.config.ts': exportsInstance }

test('`agentic cleanup` counts first, then deletes as much', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  const session = { id: uuidv7(), owner: 'ada', key: 'chat', age: 9, items: 2 }
  const ended = { sessionId: session.id, status: 'completed', events: 5, steps: 2, approvals: 1 }
  const [old, young] = [9, 1].map((age) => ({ ...ended, id: uuidv7(), age }) as const)
  await plant(database, { sessions: [session], runs: [old, young] as never })
  const env = { DATABASE_URL: database }
  const folder = appFolder(withConfig)
  const args = ['cleanup', '--runs-days', '5', '--runs-statuses', 'completed,failed']
  const told = await run(folder, [...args, '--dry-run'], env)
  const counts = '1 runs, 5 events, 2 steps, 1 approvals, 0 sessions, 0 items.\n'
  expect(told).toEqual({ code: 0, output: `Would delete ${counts}`, errors: '' })
  const done = await run(folder, [...args, '--json'], env)
  expect(done).toMatchObject({ code: 0, errors: '' })
  expect(JSON.parse(done.output)).toMatchObject({
    deleted: { runs: 1, events: 5, steps: 2, approvals: 1 },
    isComplete: true,
  })
  expect(Object.keys((await stockOf(database)).runs)).toEqual([young?.id])
})

test('a flag wins over the setting it is named after, each of them', async () => {
  const database = temporaryDatabase()
  await instance({ database, concurrency: 0 }).start()
  const sessions = ['chat', 'mail'].map((key) => ({
    ...{ id: uuidv7(), owner: 'ada', key, age: 9, items: 2 },
  }))
  const ended = { status: 'completed', events: 5, steps: 2, approvals: 1 }
  // One is due whole, of the other the events and the steps are.
  const runs = sessions.map(({ id: sessionId }, index) => ({
    ...{ ...ended, id: uuidv7(), sessionId, age: 9, status: index === 0 ? 'failed' : 'completed' },
  }))
  await plant(database, { sessions, runs: runs as never })
  const days = { eventsDays: 900, stepsDays: 900, runsDays: 900, sessionsDays: 900 }
  const settings = { ...days, runsStatuses: ['cancelled'], batchSize: 1 }
  const folder = appFolder({ 'agentic.config.ts': exportsInstanceWith(settings) })
  const clean = async (...flags: string[]) => {
    const told = await run(folder, ['cleanup', '--dry-run', '--json', ...flags], {
      DATABASE_URL: database,
    })
    expect(told).toMatchObject({ code: 0, errors: '' })
    return (JSON.parse(told.output) as { deleted: object }).deleted
  }
  const nothing = { runs: 0, events: 0, steps: 0, approvals: 0, sessions: 0, items: 0 }
  expect(await clean()).toEqual(nothing)
  // The last event of a run stays as long as the run.
  expect(await clean('--events-days', '5')).toEqual({ ...nothing, events: 8 })
  expect(await clean('--steps-days', '5')).toEqual({ ...nothing, steps: 4 })
  const whole = { runs: 1, events: 5, steps: 2, approvals: 1 }
  expect(await clean('--runs-days', '5', '--runs-statuses', 'failed')).toEqual({
    ...nothing,
    ...whole,
  })
  const all = { runs: 2, events: 10, steps: 4, approvals: 2, sessions: 2, items: 4 }
  expect(await clean('--sessions-days', '5', '--sessions-require-empty')).toEqual(nothing)
  expect(await clean('--sessions-days', '5', '--sessions-allow-nonempty')).toEqual(all)
})

test.each([
  [[], 'Nothing says what is old'],
  [['--runs-days', '0'], 'a number of days above 0'],
  [['--runs-days', '5', '--runs-statuses', 'running'], 'never deleted'],
  [['--sessions-require-empty', '--sessions-allow-nonempty'], 'cannot be used with'],
  [['--runs-days', '5', '--batch-size', '1.5'], 'a whole number from 1 to 10,000'],
])('%j is refused', async (args, message) => {
  const env = { DATABASE_URL: temporaryDatabase() }
  const { code, errors } = await run(appFolder(withConfig), ['cleanup', ...args], env)
  expect(errors).toContain(message)
  expect(code).toBe(2)
})
