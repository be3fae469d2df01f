import { expect, test, vi } from 'vitest'
import { problemsAfter, referenceOf } from './support/oracle.ts'
import { crashFolder, freshCase, inParallel, live } from './support/rescue.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

test('a sweeper killed in the middle of its batch leaves every run to the next one', async () => {
  const folder = await crashFolder()
  const reference = referenceOf(await live(freshCase(folder, 'unkilled'), { streamed: false }, []))
  const problems: string[] = []
  await inParallel(3, [1, 2, 3, 4, 6], async (number) => {
    const own = freshCase(folder, `killed-${number}`)
    const kills = [{ point: 'tool:charge:after' }, { after: number }]
    const lives = await live(own, { streamed: false, orders: 5 }, kills)
    problems.push(...problemsAfter(lives, reference).map((problem) => `${number}: ${problem}`))
  })
  expect(problems).toEqual([])
})
