import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'

const script = fileURLToPath(new URL('support/killed-run.ts', import.meta.url))

test('a run accepted is never lost: its process is killed and it ends all the same', async () => {
  const database = temporaryDatabase()
  const killed = spawn(process.execPath, [script, database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: killed.stdout })
  const first = once(lines, 'line')
  await first
  const watcher = instance({ database, concurrency: 0 })
  await expect.poll(async () => (await watcher.runs.list({ owner: 'ada' })).data.length).toBe(2)
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  const { data } = await watcher.runs.list({ owner: 'ada' })
  const later = instance({ database, lease: { sweepSeconds: 0.1 } })
  await later.start()
  for (const { id } of data) {
    const signal = AbortSignal.timeout(60_000)
    expect((await later.runs.wait({ owner: 'ada', id, signal })).status).toBe('completed')
  }
})
