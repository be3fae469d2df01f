import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { problemsAfter } from './support/oracle.ts'
import { begin, crashFolder, freshCase, happened } from './support/rescue.ts'
import { snapshot } from './support/snapshot.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

/** Another process has the database to itself while the answer to a model call arrives. */
async function lockedWhile(at: string, lockMs: number, leaseSeconds: number): Promise<string[]> {
  const folder = freshCase(await crashFolder(), 'case')
  const slow = { at, ms: 100, how: 'thinks' as const }
  const worker = begin({ folder, streamed: true, kill: null, leaseSeconds, slow })
  await happened(folder, (effect) => effect.kind === 'model' && effect.label === `order-1:${at}`)
  const other = new DatabaseSync(join(folder, 'test.db'), { timeout: 5000 })
  other.exec('begin immediate')
  await delay(lockMs)
  other.exec('rollback')
  other.close()
  await worker.ended
  return problemsAfter({ snapshots: [snapshot(folder)] }, null)
}

test.for([['Triage#0'], ['Closer#0'], ['Closer#1']])(
  'a database locked when the answer of %s arrives delays the run and nothing else',
  async ([at]) => {
    expect(await lockedWhile(at!, 2000, 5)).toEqual([])
  },
)

test('a database locked for longer than the lease costs no recorded work', async () => {
  const problems = await lockedWhile('Closer#1', 2500, 1)
  // Whether the worker finds its lease renewed or its run recovered is a race; the call in flight may repeat.
  expect(problems.filter((it) => !/Closer#1 was made 2 times/.test(it))).toEqual([])
})

test('a database locked for longer than a write waits is waited for again', async () => {
  expect(await lockedWhile('Closer#1', 12_000, 30)).toEqual([])
})
