import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { randomKiller } from '../soak/random-killer.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

test('two processes on one file, killed at random, lose no run and repeat nothing recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-killer-'))
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') rmSync(folder, { recursive: true, force: true })
  })
  const seed = Math.floor(Math.random() * 1e9)
  console.log(`seed ${seed}`)
  const { problems, killed } = await randomKiller({ folder, seed, runs: 40, kills: 20 })
  expect(problems).toEqual([])
  expect(killed).toBeGreaterThan(10)
})
