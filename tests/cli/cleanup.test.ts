import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { plant, stockOf } from '../cleanup/support/seed.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { appFolder, run } from './support/command.ts'
import { exportsInstance } from './support/config-files.ts'

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
