import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test, vi } from 'vitest'
import { hasRedisProgram } from '../queue/support/redis-server.ts'
import { playRound } from '../soak/chaos/round.ts'

// Some seconds of chaos, and then as long as it takes until everything has come to its end.
vi.setConfig({ testTimeout: 300_000 })

const postgresUrl = inject('postgresUrl')
const rounds = [
  { queue: 'in-process', on: 'SQLite', seed: 11, isPossible: true },
  { queue: 'in-process', on: 'Postgres', seed: 12, isPossible: postgresUrl !== '' },
  { queue: 'bullmq', on: 'Postgres', seed: 13, isPossible: postgresUrl !== '' && hasRedisProgram },
  { queue: 'graphile-worker', on: 'Postgres', seed: 14, isPossible: postgresUrl !== '' },
] as const

for (const { queue, on, seed, isPossible } of rounds) {
  test.skipIf(!isPossible)(
    `nothing is lost or repeated when a web process, three workers and all around them fail at random (${queue}, ${on})`,
    async () => {
      const { problems, summary } = await playRound({
        seed,
        queue,
        postgresUrl: on === 'SQLite' ? '' : postgresUrl,
        seconds: 8,
        folder: mkdtempSync(join(tmpdir(), 'agentic-chaos-')),
        say: () => {},
        keep: false,
      })
      expect(problems).toEqual([])
      expect(summary.runs).toBeGreaterThan(4)
    },
  )
}
