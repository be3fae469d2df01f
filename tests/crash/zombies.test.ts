import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, vi } from 'vitest'
import { CountingEndpoint } from './support/counting-endpoint.ts'
import { overtaken, stopped } from './support/overtaken.ts'
import { freshPlace, testOn, testOnEach } from './support/place.ts'
import { begin, inParallel } from './support/rescue.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

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
      zombie.child.kill('SIGUSR2')
      await stopped(place, zombie)
      const { late } = await overtaken(place, zombie, { modelUrl })
      // Told while the process was alive, and by its request; it asked nothing more.
      expect(late).toEqual([{ kind: 'aborted', label, pid: zombie.child.pid }])
      expect(endpoint.of(label).map(({ state }) => state)).toEqual(['gone', 'answered'])
      const asked = endpoint.calls.filter(({ pid }) => pid === zombie.child.pid)
      expect(asked.at(-1)?.label).toBe(label)
    })
  },
)

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
      await stopped(place, zombie)
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
      await stopped(place, zombie)
      const { late } = await overtaken(place, zombie)
      // The model of the nested agent may be under way.
      expect(late.filter(({ kind }) => kind !== 'aborted')).toEqual([])
    })
  },
)
