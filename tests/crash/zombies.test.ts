import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, vi } from 'vitest'
import type { DatabaseKind } from '../support/databases.ts'
import type { Plan } from './support/agent-process.ts'
import { CountingEndpoint } from './support/counting-endpoint.ts'
import type { Effect } from './support/effects.ts'
import { problemsAfter, problemsOf } from './support/oracle.ts'
import { freshPlace, testOn, testOnEach, type Place } from './support/place.ts'
import { begin, happened, inParallel, type Process } from './support/rescue.ts'
import { snapshot } from './support/snapshot.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

/** Another process sees the run through while this one is stopped; what the stopped one does when it goes on. */
async function overtaken(place: Place, zombie: Process, other: Partial<Plan> = {}) {
  await begin({ place, streamed: true, kill: null, ...other }).ended
  const before = await snapshot(place)
  zombie.child.kill('SIGCONT')
  await zombie.ended
  const after = await snapshot(place)
  const { effects: sooner, ...rowsBefore } = before
  const { effects, ...rowsAfter } = after
  expect(rowsAfter).toEqual(rowsBefore)
  const wrong = problemsAfter({ snapshots: [before] }, null)
  expect(wrong.filter((problem) => !problem.includes('in life'))).toEqual([])
  return { late: effects.slice(sooner.length), run: before.runs[0]! }
}

/** A model that lets the first who asks at this step wait for ever, and answers everybody else. */
async function deafOnce(label: string): Promise<CountingEndpoint> {
  const endpoint = await CountingEndpoint.start({
    thinkMs: () => 5,
    pieceMs: 20,
    before: async (call) => {
      if (endpoint.of(label)[0] === call) await new Promise(() => {})
    },
  })
  onTestFinished(() => endpoint.close())
  return endpoint
}

testOnEach(
  'a worker stopped in a model call for longer than its lease changes nothing when it wakes, and its call is aborted',
  async (kind) => {
    await inParallel(3, ['Triage#0', 'Researcher#0', 'Closer#1'], async (step) => {
      const place = await freshPlace(kind)
      const label = `order-1:${step}`
      const endpoint = await deafOnce(label)
      const modelUrl = endpoint.url
      const zombie = begin({ place, streamed: true, kill: null, modelUrl })
      while (endpoint.of(label).length === 0) await delay(5)
      await stop(kind, place, zombie)
      const { late } = await overtaken(place, zombie, { modelUrl })
      // Told while the process was alive, and by its request; it asked nothing more.
      expect(late).toEqual([{ kind: 'aborted', label, pid: zombie.child.pid }])
      expect(endpoint.of(label).map(({ state }) => state)).toEqual(['gone', 'answered'])
      const asked = endpoint.calls.filter(({ pid }) => pid === zombie.child.pid)
      expect(asked.at(-1)?.label).toBe(label)
    })
  },
)

/** Stopped inside a transaction it would hold the file's only lock, and nobody could take its run. */
async function stop(kind: DatabaseKind, { database }: Place, { child }: Process): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP')
    if (kind === 'postgres' || isFree(database)) return
    child.kill('SIGCONT')
    await delay(50)
  }
}

function isFree(url: string): boolean {
  const database = new DatabaseSync(url.slice('file:'.length), { timeout: 20 })
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

testOn(
  'postgres',
  'a worker stopped in mid-transaction holds nobody up for ever, and changes nothing',
  async () => {
    const thinks = { at: 'Closer#0', ms: 120_000, how: 'thinks' } as const
    // In which it records a step, and in which it renews its lease. The server ends a transaction that stands still.
    await inParallel(2, [undefined, thinks], async (slow) => {
      const place = await freshPlace('postgres')
      const act = { at: 'Closer#0', what: 'arm' } as const
      const plan = { place, streamed: true, kill: { stopBefore: 1 }, act, ...(slow && { slow }) }
      const zombie = begin(plan)
      await happened(place, ({ kind }) => kind === 'note')
      const { late, run } = await overtaken(place, zombie)
      expect(run.attempt).toBeGreaterThan(1)
      const { pid } = zombie.child
      expect(late).toEqual(slow ? [{ kind: 'aborted', label: 'order-1:Closer#0', pid }] : [])
    })
  },
)

testOnEach(
  'a worker stopped just after a commit begins nothing that waited for it when it wakes',
  async (kind) => {
    await inParallel(4, [1, 2, 3, 4], async (number) => {
      const place = await freshPlace(kind)
      const act = { at: 'Triage#0', what: 'arm' } as const
      const zombie = begin({ place, streamed: false, kill: { stopAfter: number }, act })
      await happened(place, ({ kind }) => kind === 'note')
      const { late } = await overtaken(place, zombie)
      // The model of the nested agent may be under way.
      expect(late.filter(({ kind }) => kind !== 'aborted')).toEqual([])
    })
  },
)

testOnEach(
  'a worker whose main loop stood still for longer than its lease goes on when nobody took its run',
  async (kind) => {
    const place = await freshPlace(kind)
    const slow = { at: 'Closer#0', ms: 4000, how: 'stands still' as const }
    await begin({ place, streamed: true, kill: null, slow }).ended
    expect(problemsAfter({ snapshots: [await snapshot(place)] }, null)).toEqual([])
  },
)

testOnEach(
  'a worker whose main loop stood still while another took its run stops',
  async (kind) => {
    const place = await freshPlace(kind)
    const slow = { at: 'Closer#0', ms: 10_000, how: 'stands still' as const }
    const blocked = begin({ place, streamed: true, kill: null, slow })
    await happened(place, isCall('Closer#0'))
    await begin({ place, streamed: true, kill: null }).ended
    const before = await snapshot(place)
    await blocked.ended
    const after = await snapshot(place)
    expect({ ...after, effects: [] }).toEqual({ ...before, effects: [] })
    const calls = (all: Effect[]) => all.filter(({ kind }) => kind === 'model' || kind === 'tool')
    expect(calls(after.effects)).toEqual(calls(before.effects))
  },
)

testOnEach(
  'a worker that wakes while another attempt is under way writes nothing into it',
  async (kind) => {
    const place = await freshPlace(kind)
    const at = 'Triage#0'
    const asleep = { at, ms: 10_000, how: 'stands still' as const }
    const late = begin({ place, streamed: true, kill: null, slow: asleep })
    await happened(place, isCall(at))
    const thinking = { at, ms: 10_000, how: 'thinks' as const }
    await begin({ place, streamed: true, kill: null, slow: thinking }).ended
    await late.ended
    const final = await snapshot(place)
    const [run] = final.runs
    expect(problemsOf({ id: run!.id, tag: 'order-1' }, final, null, null)).toEqual([])
    const own = final.effects.filter((it) => 'pid' in it && it.pid === late.child.pid)
    const isWork = (it: Effect) => it.kind === 'model' || it.kind === 'tool'
    expect(own.findLast(isWork)).toMatchObject({ kind: 'model' })
    expect(own.some((it) => it.kind === 'tool')).toBe(false)
  },
)

function isCall(step: string): (effect: Effect) => boolean {
  return (effect) => effect.kind === 'model' && effect.label === `order-1:${step}`
}
