import { expect, vi } from 'vitest'
import { problemsAfter } from './support/oracle.ts'
import { barePlace, testOnEach } from './support/place.ts'
import { inParallel, live } from './support/rescue.ts'

vi.setConfig({ testTimeout: 240_000 })

testOnEach(
  'a process killed while it makes the schema leaves a database that the next one can use',
  async (kind) => {
    const problems: string[] = []
    const kills = [1, 2, 3, 4].flatMap((number) => [{ before: number }, { after: number }])
    await inParallel(6, kills, async (kill) => {
      const name = Object.entries(kill).flat().join('-')
      const lives = await live(barePlace(kind), { streamed: false, fromStart: true }, [kill])
      problems.push(...problemsAfter(lives, null).map((problem) => `${name}: ${problem}`))
      if (lives.killed === 0) problems.push(`${name} was not reached`)
    })
    expect(problems).toEqual([])
  },
)
