import { expect, test } from 'vitest'
import { everyCommit } from './support/every-commit.ts'

test('a run killed before or after any of its commits ends as if nothing had happened', async () => {
  const { problems, killed, cases } = await everyCommit({ streamed: false, every: 1 })
  expect(problems).toEqual([])
  // The last commits are of closing, which not every start comes to.
  expect(killed).toBeGreaterThan(cases * 0.9)
}, 240_000)
