import { expect, vi } from 'vitest'
import { problemsAfter, referenceOf } from './support/oracle.ts'
import { freshPlace, testOnEach } from './support/place.ts'
import { inParallel, live } from './support/rescue.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

testOnEach(
  'a sweeper killed in the middle of its batch leaves every run to the next one',
  async (kind) => {
    const reference = referenceOf(await live(await freshPlace(kind), { streamed: false }, []))
    const problems: string[] = []
    await inParallel(3, [1, 2, 3, 4, 6], async (number) => {
      const kills = [{ point: 'tool:charge:after' }, { after: number }]
      const lives = await live(await freshPlace(kind), { streamed: false, orders: 5 }, kills)
      problems.push(...problemsAfter(lives, reference).map((problem) => `${number}: ${problem}`))
    })
    expect(problems).toEqual([])
  },
)
