import { expect, test } from 'vitest'
import { stopWrites } from '../support/sql.ts'
import type { Started } from './support/command.ts'
import { app } from './support/workers.ts'

const here = ['--health-port', '0', '--health-host', '127.0.0.1']

test('a worker is well while its heartbeats arrive, and says how many runs it has', async () => {
  const { submit, asked, worker } = app()
  const started = await worker([...here, '--concurrency', '3'])
  await submit('held', 'wait')
  await asked('wait', started)
  expect(await health(started)).toEqual({
    code: 200,
    body: {
      status: 'ok',
      running: 1,
      concurrency: 3,
      lastHeartbeatAt: expect.any(Number),
      streams: 0,
    },
  })
})

test('a worker whose heartbeats do not arrive for a lease is unwell until they do, and lives', async () => {
  const { database, worker } = app()
  const started = await worker(here, { TEST_LEASE: '0.5' })
  const letWrite = await stopWrites(database)
  await becomes(started, 'failing')
  expect(await health(started)).toMatchObject({
    code: 503,
    body: { reason: expect.stringContaining('has not taken a heartbeat since') },
  })
  expect(await health(started, '/livez')).toMatchObject({ code: 200, body: { status: 'failing' } })
  await letWrite()
  await becomes(started, 'ok')
})

test('a worker that drains is no longer well, and its port closes when it has drained', async () => {
  const { submit, asked, letGo, worker } = app()
  const started = await worker(here)
  await submit('held', 'wait')
  await asked('wait', started)
  started.signal('SIGTERM')
  await becomes(started, 'draining')
  expect(await health(started)).toMatchObject({
    code: 503,
    body: { running: 1, reason: 'It stops; runs left: 1.' },
  })
  expect(await health(started, '/livez')).toMatchObject({ code: 200 })
  letGo('wait')
  await started.ended
  await expect(health(started)).rejects.toThrow('fetch failed')
})

test('the port comes from the environment as well, and has two addresses', async () => {
  const { worker } = app()
  const started = await worker([], { HEALTH_PORT: '0', HEALTH_HOST: '127.0.0.1' })
  expect(await health(started, '/healthz?full')).toMatchObject({ code: 200 })
  expect(await health(started, '/')).toMatchObject({ code: 404 })
})

async function becomes(worker: Started, status: string): Promise<void> {
  const now = async () => (await health(worker)).body.status
  await expect.poll(now, { interval: 20 }).toBe(status)
}

async function health({ output }: Started, path = '/healthz') {
  const [, origin] = /health on (http:\S+)\/healthz/.exec(output()) ?? []
  const response = await fetch(`${origin}${path}`)
  return { code: response.status, body: (await response.json()) as Record<string, unknown> }
}
