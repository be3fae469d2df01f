import { expect, vi } from 'vitest'
import { everyCommit, everyCommitMs } from './support/every-commit.ts'
import { testOnEach } from './support/place.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: everyCommitMs })

testOnEach(
  'a run killed before or after any of its commits ends as if nothing had happened',
  async (kind) => {
    const { problems, killed, cases } = await everyCommit({ kind, streamed: false, every: 2 })
    expect(problems).toEqual([])
    expect(killed).toBeGreaterThan(cases / 2)
  },
)
