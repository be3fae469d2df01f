import { expect, test, vi } from 'vitest'
import { everyCommit } from './support/every-commit.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

test('a run killed before or after any of its commits ends as if nothing had happened', async () => {
  const { problems, killed, cases } = await everyCommit({ streamed: false, every: 1 })
  expect(problems).toEqual([])
  // The last commits are of closing, which not every start comes to.
  expect(killed).toBeGreaterThan(cases * 0.9)
})
