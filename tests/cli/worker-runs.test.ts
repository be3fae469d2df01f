import { expect, test } from 'vitest'
import { app } from './support/workers.ts'

test('a worker executes what a web process took in, before and after it was started', async () => {
  const { submit, end, worker } = app()
  const before = await submit('quick', 'before')
  const { pid } = await worker()
  const after = await submit('quick', 'after')
  expect(await end(before)).toMatchObject({ status: 'completed', output: `by ${pid}` })
  expect(await end(after)).toMatchObject({ status: 'completed', output: `by ${pid}` })
})

test('a worker of some agents leaves the others to other workers', async () => {
  const { submit, end, get, letGo, worker } = app()
  const held = await submit('held', 'wait')
  const quick = await submit('quick', 'now')
  letGo('wait')
  const first = await worker(['--agents', 'quick'])
  expect(await end(quick)).toMatchObject({ output: `by ${first.pid}` })
  expect(await get(held)).toMatchObject({ status: 'pending' })
  const second = await worker(['--agents', 'held'])
  expect(second.output()).toContain('agents: held\n')
  expect(await end(held)).toMatchObject({ output: `by ${second.pid}` })
})

test('a worker has no more runs at once than it was told', async () => {
  const { submit, asked, end, letGo, worker } = app()
  const only = await worker(['--concurrency', '1'])
  expect(only.output()).toContain('runs at once: 1;')
  const first = await submit('held', 'first')
  await asked('first', only)
  const second = await submit('quick', 'second')
  letGo('first')
  const { finishedAt } = (await end(first)) as { finishedAt: number }
  expect((await end(second)).startedAt).toBeGreaterThanOrEqual(finishedAt)
})

test('its lines are JSON where programs read them', async () => {
  const { worker } = app()
  const { pid, output, signal, ended } = await worker(['--json', '--concurrency', '3'])
  signal('SIGTERM')
  await ended
  const lines = output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    { level: 'info', message: 'loaded agentic.config.ts' },
    { pid, concurrency: 3, agents: 'quick, held' },
    { signal: 'SIGTERM', running: 0 },
    { message: 'stopped; nothing is left running here' },
  ])
})
