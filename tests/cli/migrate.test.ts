import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const agentic = async (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args])

test('`agentic migrate` makes a schema that an instance with `migrate: false` can use', async () => {
  const database = temporaryDatabase()
  const first = await agentic('migrate', '--database', database, '--json')
  expect(JSON.parse(first.stdout)).toEqual({ applied: ['0001_first_schema'] })
  const again = await agentic('migrate', '--database', database)
  expect(again.stdout).toBe('The schema is up to date.\n')
  const { runs } = instance({ database, migrate: false })
  const { id } = await runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect((await runs.wait({ owner: 'ada', id })).status).toBe('completed')
})

test('an instance with `migrate: false` on an empty database says what to run', async () => {
  const { runs } = instance({ migrate: false })
  const submit = runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await expect(submit).rejects.toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining('agentic migrate'),
  })
})

test('a database that cannot be opened is one clear line and exit code 1', async () => {
  const failing = agentic('migrate', '--database', 'file:/nowhere/at/all.db')
  await expect(failing).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^agentic: The database \/nowhere\/at\/all\.db cannot be used\..*\n$/,
    ),
  })
  const wrong = agentic('migrate', '--database', 'mysql://x')
  await expect(wrong).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Accepted is'),
  })
})
