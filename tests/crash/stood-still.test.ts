import { expect, vi } from 'vitest'
import { readEffects, type Effect } from './support/effects.ts'
import { problemsAfter, problemsOf } from './support/oracle.ts'
import { overtaken, stopped } from './support/overtaken.ts'
import { freshPlace, testOnEach } from './support/place.ts'
import { begin, happened } from './support/rescue.ts'
import { snapshot } from './support/snapshot.ts'

// Leases are waited for: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 240_000 })

type Work = Extract<Effect, { kind: 'model' | 'tool' }>

const isWork = (it: Effect): it is Work => it.kind === 'model' || it.kind === 'tool'

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
    const slow = { at: 'Closer#0', how: 'stops' as const }
    const blocked = begin({ place, streamed: true, kill: null, slow })
    await stopped(place, blocked)
    const { late } = await overtaken(place, blocked)
    expect(late.filter(isWork)).toEqual([])
  },
)

testOnEach(
  'a worker that wakes while another attempt is under way writes nothing into it',
  async (kind) => {
    const place = await freshPlace(kind)
    const at = 'Triage#0'
    const late = begin({ place, streamed: true, kill: null, slow: { at, how: 'stops' } })
    await stopped(place, late)
    const thinking = { at, ms: 5000, how: 'thinks' as const }
    const other = begin({ place, streamed: true, kill: null, slow: thinking })
    const isOthers = (it: Effect) => isWork(it) && it.pid === other.child.pid
    await happened(place, (it) => isOthers(it) && it.kind === 'model' && it.label.endsWith(at))
    const { length: slept } = readEffects(place.effects)
    late.child.kill('SIGCONT')
    await Promise.all([late.ended, other.ended])
    const final = await snapshot(place)
    const [run] = final.runs
    expect(problemsOf({ id: run!.id, tag: 'order-1' }, final, null)).toEqual([])
    // Awake it is a worker like any other, and may claim what comes after a pause: in an attempt of its own.
    const work = final.effects.filter(isWork)
    const attempts = Map.groupBy(work, ({ attempt }) => attempt)
    const shared = [...attempts].filter(([, all]) => new Set(all.map(({ pid }) => pid)).size > 1)
    expect(shared).toEqual([])
    const awake = final.effects.slice(slept).filter(isWork)
    expect(awake.filter(({ attempt }) => attempt === 1)).toEqual([])
    expect(attempts.get(2)?.[0]?.pid).toBe(other.child.pid)
  },
)
