import { expect, vi } from 'vitest'
import { everyCommit, everyCommitMs } from './support/every-commit.ts'
import { testOnEach } from './support/place.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: everyCommitMs })

testOnEach(
  'a streamed run killed around its commits ends as if nothing had happened',
  async (kind) => {
    const { problems, killed, cases } = await everyCommit({ kind, streamed: true, every: 4 })
    expect(problems).toEqual([])
    expect(killed).toBeGreaterThan(cases / 2)
  },
)
