import { setTimeout as delay } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import type { DatabaseKind } from '../support/databases.ts'
import { stopWrites } from '../support/sql.ts'
import { problemsAfter } from './support/oracle.ts'
import { freshPlace, testOnEach } from './support/place.ts'
import { begin, happened, inParallel } from './support/rescue.ts'
import { snapshot } from './support/snapshot.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

/** Another process has the database to itself while the answer to a model call arrives. */
async function lockedWhile(
  kind: DatabaseKind,
  at: string,
  { lockMs, leaseSeconds }: { lockMs: number; leaseSeconds: number },
): Promise<string[]> {
  const place = await freshPlace(kind)
  const slow = { at, ms: 100, how: 'thinks' as const }
  const worker = begin({ place, streamed: true, kill: null, leaseSeconds, slow })
  await happened(place, (effect) => effect.kind === 'model' && effect.label === `order-1:${at}`)
  const goOn = await stopWrites(place.database)
  await delay(lockMs)
  await goOn()
  await worker.ended
  return problemsAfter({ snapshots: [await snapshot(place)] }, null)
}

testOnEach(
  'a database locked when the answer of a model arrives delays the run and nothing else',
  async (kind) => {
    const problems: string[] = []
    await inParallel(3, ['Triage#0', 'Closer#0', 'Closer#1'], async (at) => {
      const found = await lockedWhile(kind, at, { lockMs: 2000, leaseSeconds: 8 })
      problems.push(...found.map((problem) => `${at}: ${problem}`))
    })
    expect(problems).toEqual([])
  },
)

testOnEach('a database locked for longer than the lease costs no recorded work', async (kind) => {
  // Whether the worker finds its lease renewed or its run recovered is a race; in another attempt the call may repeat.
  expect(await lockedWhile(kind, 'Closer#1', { lockMs: 3500, leaseSeconds: 2 })).toEqual([])
})

testOnEach('a database locked for longer than a write waits is waited for again', async (kind) => {
  expect(await lockedWhile(kind, 'Closer#1', { lockMs: 12_000, leaseSeconds: 30 })).toEqual([])
})
