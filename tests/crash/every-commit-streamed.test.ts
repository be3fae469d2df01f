import { expect, test, vi } from 'vitest'
import { everyCommit } from './support/every-commit.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

test('a streamed run killed around its commits ends as if nothing had happened', async () => {
  const { problems, killed, cases } = await everyCommit({ streamed: true, every: 3 })
  expect(problems).toEqual([])
  expect(killed).toBeGreaterThan(cases * 0.9)
})
