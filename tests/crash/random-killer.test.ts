import { expect, onTestFinished, vi } from 'vitest'
import { randomKiller } from '../soak/random-killer.ts'
import { barePlace, testOnEach } from './support/place.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 240_000 })

testOnEach(
  'two processes on one database, killed at random, lose no run and repeat nothing recorded',
  async (kind) => {
    const seed = Math.floor(Math.random() * 1e9)
    console.log(`seed ${seed}`)
    const over = new AbortController()
    onTestFinished(() => over.abort())
    const options = { place: barePlace(kind), seed, runs: 40, kills: 20, signal: over.signal }
    const { problems, killed } = await randomKiller(options)
    expect(problems).toEqual([])
    expect(killed).toBeGreaterThan(10)
  },
)
