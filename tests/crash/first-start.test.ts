import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { problemsAfter } from './support/oracle.ts'
import { crashFolder, inParallel, live } from './support/rescue.ts'

vi.setConfig({ testTimeout: 240_000 })

test('a process killed while it makes the schema leaves a database that the next one can use', async () => {
  const folder = await crashFolder()
  const problems: string[] = []
  const kills = [1, 2, 3, 4].flatMap((number) => [{ before: number }, { after: number }])
  await inParallel(6, kills, async (kill) => {
    const name = Object.entries(kill).flat().join('-')
    const own = join(folder, name)
    mkdirSync(own)
    const lives = await live(own, { streamed: false, fromStart: true }, [kill])
    problems.push(...problemsAfter(lives, null).map((problem) => `${name}: ${problem}`))
    if (lives.killed === 0) problems.push(`${name} was not reached`)
  })
  expect(problems).toEqual([])
})
