import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'

const onlyWaits = fileURLToPath(new URL('../support/only-waits.ts', import.meta.url))

test('a process that only waits for a run stays until another process has ended it', async () => {
  const database = temporaryDatabase()
  const child = fork(onlyWaits, [database])
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const [{ id }] = (await once(child, 'message')) as [{ id: string }]
  // The channel to this test would keep it alive too: nothing may depend on that.
  child.channel?.unref()
  const ended = once(child, 'message')
  const worker = instance({ database })
  await worker.start()
  expect((await worker.runs.wait({ owner: 'ada', id })).status).toBe('completed')
  const [end] = await ended
  expect(end).toEqual({ status: 'completed' })
  expect(await exited).toEqual([0, null])
})
