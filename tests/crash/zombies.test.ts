import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { Effect } from './support/effects.ts'
import { problemsAfter, problemsOf } from './support/oracle.ts'
import { begin, crashFolder, freshCase, happened, type Process } from './support/rescue.ts'
import { snapshot, type Snapshot } from './support/snapshot.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

/** One process is stopped where it is, for longer than its lease; another one ends the run; the first goes on. */
async function overtaken(
  at: string,
): Promise<{ before: Snapshot; after: Snapshot; zombie: Process }> {
  const folder = freshCase(await crashFolder(), 'case')
  const slow = { at, ms: 20_000, how: 'thinks' as const }
  const zombie = begin({ folder, streamed: true, kill: null, slow })
  await happened(folder, (effect) => effect.kind === 'model' && effect.label === `order-1:${at}`)
  await stop(folder, zombie)
  await begin({ folder, streamed: true, kill: null }).ended
  const before = snapshot(folder)
  zombie.child.kill('SIGCONT')
  await zombie.ended
  return { before, after: snapshot(folder), zombie }
}

/** Stopped inside a transaction it would hold the file's only lock, and nobody could take its run. */
async function stop(folder: string, { child }: Process): Promise<void> {
  for (;;) {
    await delay(50)
    child.kill('SIGSTOP')
    if (isFree(folder)) return
    child.kill('SIGCONT')
  }
}

function isFree(folder: string): boolean {
  const database = new DatabaseSync(join(folder, 'test.db'), { timeout: 20 })
  try {
    database.exec('begin immediate')
    database.exec('rollback')
    return true
  } catch {
    return false // Locked, by the process just stopped.
  } finally {
    database.close()
  }
}

test.for(['Triage#0', 'Researcher#0', 'Closer#1'])(
  'a worker stopped at %s for longer than its lease changes nothing when it wakes, and its call is aborted',
  async (at) => {
    const { before, after, zombie } = await overtaken(at)
    const { effects: sooner, ...rowsBefore } = before
    const { effects, ...rowsAfter } = after
    expect(rowsAfter).toEqual(rowsBefore)
    expect(
      problemsAfter({ snapshots: [before] }, null).filter((it) => !it.includes('in life')),
    ).toEqual([])
    const late = effects.slice(sooner.length)
    expect(late).toEqual([{ kind: 'aborted', label: `order-1:${at}`, pid: zombie.child.pid }])
  },
)

test('a worker whose main loop stood still for longer than its lease goes on when nobody took its run', async () => {
  const folder = freshCase(await crashFolder(), 'case')
  const slow = { at: 'Closer#0', ms: 2500, how: 'stands still' as const }
  await begin({ folder, streamed: true, kill: null, slow }).ended
  expect(problemsAfter({ snapshots: [snapshot(folder)] }, null)).toEqual([])
})

test('a worker whose main loop stood still while another took its run stops', async () => {
  const folder = freshCase(await crashFolder(), 'case')
  const slow = { at: 'Closer#0', ms: 5000, how: 'stands still' as const }
  const blocked = begin({ folder, streamed: true, kill: null, slow })
  await happened(folder, (effect) => effect.kind === 'model' && effect.label === 'order-1:Closer#0')
  await begin({ folder, streamed: true, kill: null }).ended
  const before = snapshot(folder)
  await blocked.ended
  const after = snapshot(folder)
  expect({ ...after, effects: [] }).toEqual({ ...before, effects: [] })
  const calls = after.effects.filter((it) => it.kind === 'model' || it.kind === 'tool')
  expect(calls).toHaveLength(
    before.effects.filter((it) => it.kind === 'model' || it.kind === 'tool').length,
  )
})

test('a worker that wakes while another attempt is under way writes nothing into it', async () => {
  const folder = freshCase(await crashFolder(), 'case')
  const at = 'Triage#0'
  const asleep = { at, ms: 4000, how: 'stands still' as const }
  const late = begin({ folder, streamed: true, kill: null, slow: asleep })
  const isCall = (effect: Effect) => effect.kind === 'model' && effect.label === `order-1:${at}`
  await happened(folder, isCall)
  const thinking = { at, ms: 5000, how: 'thinks' as const }
  await begin({ folder, streamed: true, kill: null, slow: thinking }).ended
  await late.ended
  const final = snapshot(folder)
  const [run] = final.runs
  expect(problemsOf({ id: run!.id, tag: 'order-1' }, final, null, null)).toEqual([])
  const own = final.effects.filter((it) => 'pid' in it && it.pid === late.child.pid)
  expect(own.findLast((it) => it.kind === 'model' || it.kind === 'tool')).toMatchObject({
    kind: 'model',
  })
  expect(own.some((it) => it.kind === 'tool')).toBe(false)
})
