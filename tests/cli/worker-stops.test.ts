import { expect, test } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, stopWrites } from '../support/sql.ts'
import { appFolder, start } from './support/command.ts'
import { app } from './support/workers.ts'

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets calls in flight finish, ends with code 0 and leaves nothing',
  async (signal) => {
    const { database, submit, asked, end, letGo, worker } = app()
    const only = await worker(['--drain-seconds', '600'])
    const ids = [await submit('held', 'one'), await submit('held', 'two')]
    await asked('one', only)
    await asked('two', only)
    only.signal(signal)
    await only.said(`${signal}: draining; runs left: 2.`)
    letGo('one')
    await only.said('draining; runs left: 1\n')
    letGo('two')
    const { code, output, errors } = await only.ended
    expect(errors).toBe('')
    expect(output).toMatch(/stopped; nothing is left running here\n$/)
    expect(code).toBe(0)
    for (const id of ids) expect((await end(id)).status).toBe('completed')
    expect(await sql(database, 'select id from agentic_worker')).toEqual([])
  },
)

test('what a worker could not finish in its time goes on in another one at once', async () => {
  const { submit, asked, end, letGo, worker } = app()
  const first = await worker(['--drain-seconds', '0'])
  const id = await submit('held', 'wait')
  await asked('wait', first)
  const second = await worker()
  first.signal('SIGTERM')
  await asked('wait', second)
  letGo('wait')
  expect(await end(id)).toMatchObject({ output: `by ${second.pid}`, attempt: 2 })
  expect((await first.ended).code).toBe(0)
})

test('a second signal ends it now, and its run goes on in another one at once', async () => {
  const { submit, asked, end, letGo, worker } = app()
  const first = await worker(['--drain-seconds', '600'])
  const id = await submit('held', 'wait')
  await asked('wait', first)
  const second = await worker()
  first.signal('SIGTERM')
  await first.said('SIGTERM: draining; runs left: 1.')
  first.signal('SIGTERM')
  const { code, errors } = await first.ended
  expect(errors).toContain('agentic: A second signal ended it; its runs were given back.\n')
  expect(code).toBe(1)
  await asked('wait', second)
  letGo('wait')
  expect(await end(id)).toMatchObject({ output: `by ${second.pid}` })
})

test('a database that does not answer does not hold up the end of a worker', async () => {
  const { database, submit, asked, worker } = app()
  const only = await worker(['--drain-seconds', '0'])
  await submit('held', 'wait')
  await asked('wait', only)
  await stopWrites(database)
  only.signal('SIGTERM')
  const { code, errors } = await only.ended
  expect(errors).toContain('agentic: The database did not answer; runs that were not given back')
  expect(code).toBe(1)
})

test('a worker whose output nobody reads any more drains', async () => {
  const { submit, asked, end, letGo, worker } = app()
  const only = await worker(['--drain-seconds', '600'])
  const id = await submit('held', 'wait')
  await asked('wait', only)
  only.deafen()
  only.signal('SIGTERM')
  letGo('wait')
  expect((await end(id)).status).toBe('completed')
  expect((await only.ended).code).toBe(0)
})

test('under npm two signals that come together are one', async () => {
  const { submit, asked, end, letGo, worker } = app()
  const only = await worker(['--drain-seconds', '600'], { npm_config_user_agent: 'npm/11' })
  const id = await submit('held', 'wait')
  await asked('wait', only)
  only.signal('SIGINT')
  only.signal('SIGTERM')
  await only.said(': draining; runs left: 1.')
  letGo('wait')
  expect((await end(id)).status).toBe('completed')
  expect((await only.ended).code).toBe(0)
})

test('without npm they are two', async () => {
  const { submit, asked, worker } = app()
  const only = await worker(['--drain-seconds', '600'])
  await submit('held', 'wait')
  await asked('wait', only)
  only.signal('SIGINT')
  only.signal('SIGTERM')
  expect((await only.ended).code).toBe(1)
})

test('a signal that comes while the config is loaded ends it before anything is started', async () => {
  const slow = 'console.log("slow"); setInterval(() => {}, 1000); await new Promise(() => {})'
  const folder = appFolder({ 'agentic.config.mjs': slow })
  const { said, signal, ended } = start(folder, ['worker'], { DATABASE_URL: temporaryDatabase() })
  await said('slow')
  signal('SIGTERM')
  expect(await ended).toEqual({ code: 0, output: 'slow\n', errors: '' })
})
