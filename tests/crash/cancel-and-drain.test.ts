import { expect, vi } from 'vitest'
import { eventProblems, itemProblems, problemsAfter, referenceOf } from './support/oracle.ts'
import { freshPlace, testOnEach } from './support/place.ts'
import type { KillAt } from './support/points.ts'
import { inParallel, live } from './support/rescue.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

const around = (numbers: number[]): KillAt[] =>
  numbers.flatMap((number) => [{ before: number }, { after: number }])

const nameOf = (kill: KillAt) => Object.entries(kill).flat().join('-').replace(':', '-')

/** One of them is in the log of every run whose cancel was committed. */
const ofCancel = ['run.cancel_requested', 'run.cancelled']

testOnEach(
  'a cancel that was committed is carried out, whoever was killed before they could tell',
  async (kind) => {
    const act = { at: 'Triage#1', what: 'cancel' as const }
    const problems: string[] = []
    const isCommitted = new Map<string, boolean>()
    await inParallel(
      6,
      [...around([1, 2, 3]), { point: 'listener:run.cancelled' }],
      async (kill) => {
        const name = nameOf(kill)
        const lives = await live(await freshPlace(kind), { streamed: false, act }, [kill])
        const final = lives.snapshots.at(-1)!
        const run = final.runs[0]!
        const wasCommitted = final.events.some(({ type }) => ofCancel.includes(type))
        isCommitted.set(name, wasCommitted)
        const found = [
          ...(run.status === (wasCommitted ? 'cancelled' : 'completed') ? [] : [run.status]),
          ...eventProblems({ run, events: final.events }),
          ...itemProblems(final),
          ...final.audit.map(({ what }) => what),
        ]
        // The user's message and the turn with its three calls and their results: what was finished is kept.
        if (wasCommitted && final.items.length !== 7) found.push(`${final.items.length} items`)
        problems.push(...found.map((problem) => `${name}: ${problem}`))
      },
    )
    expect(problems).toEqual([])
    // Between these a heartbeat's commit may be counted before the cancel's.
    expect(isCommitted.get('before-1')).toBe(false)
    expect(isCommitted.get('point-listener-run.cancelled')).toBe(true)
    expect([...isCommitted.values()].filter(Boolean).length).toBeGreaterThanOrEqual(2)
  },
)

testOnEach(
  'a run whose process is killed while it drains goes on in the next one',
  async (kind) => {
    const reference = referenceOf(await live(await freshPlace(kind), { streamed: false }, []))
    const problems: string[] = []
    const cases = ['Triage#0', 'Researcher#0', 'Closer#0'].flatMap((at) =>
      [...around([1, 2]), null].map((kill) => ({ at, kill })),
    )
    await inParallel(6, cases, async ({ at, kill }) => {
      const act = { at, what: 'drain' as const }
      const lives = await live(await freshPlace(kind), { streamed: false, act }, [kill])
      const name = `${at} ${kill === null ? 'unkilled' : nameOf(kill)}`
      problems.push(...problemsAfter(lives, reference).map((problem) => `${name}: ${problem}`))
    })
    expect(problems).toEqual([])
  },
)
