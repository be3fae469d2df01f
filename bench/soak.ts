import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureMemory } from '../tests/soak/memory.ts'
import { randomKiller } from '../tests/soak/random-killer.ts'

/**
 * `npm run soak`: hundreds of runs on one file while two workers are killed at random, then every run compared with
 * one that nobody killed. `-- --seed 7` repeats a choice of moments, `--runs 1000` takes longer.
 * `npm run soak -- --memory`: 20,000 runs in one process that must not grow.
 */
const { values } = parseArgs({
  options: {
    memory: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seed: { type: 'string' },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'agentic-soak-'))
const isFine = values.memory ? await soakMemory() : await soakKills()
if (isFine) rmSync(folder, { recursive: true, force: true })
else console.log(`The database is kept in ${folder}`)
process.exit(isFine ? 0 : 1)

async function soakKills(): Promise<boolean> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const runs = Number(values.runs ?? 300)
  const place = {
    database: `file:${join(folder, 'test.db')}`,
    effects: join(folder, 'effects.log'),
  }
  console.log(`seed ${seed}, ${runs} runs, two workers, a kill every 50 to 500 ms`)
  const start = performance.now()
  const seconds = () => `${Math.round((performance.now() - start) / 1000)} s`
  const progress = (done: number, killed: number) => {
    if (killed % 20 === 0) console.log(`${seconds()}: ${done} of ${runs} ended, ${killed} kills`)
  }
  const result = await randomKiller({ place, seed, runs, progress })
  const { problems, killed, attempts, repeatedCalls, reported } = result
  console.log(
    `${seconds()}: ${runs} runs ended after ${killed} kills in ${attempts} attempts; ${repeatedCalls} model calls were in flight at a kill and made again, ${reported} tool calls reported as interrupted`,
  )
  for (const problem of problems) console.log(`✗ ${problem}`)
  console.log(
    problems.length === 0 ? '✓ as an unkilled run, each of them' : `repeat: --seed ${seed}`,
  )
  return problems.length === 0
}

async function soakMemory(): Promise<boolean> {
  const runs = Number(values.runs ?? 20_000)
  const { firstMb, lastMb } = await measureMemory({
    folder,
    runs,
    report: ({ done, rssMb, heapMb, perSecond }) =>
      console.log(`${done} runs: RSS ${rssMb} MB, heap ${heapMb} MB, ${perSecond} runs/s`),
  })
  const grown = Math.round(lastMb - firstMb)
  const isFlat = grown < 10
  console.log(
    `${isFlat ? '✓' : '✗'} heap after collection: ${grown} MB more at the end than early on`,
  )
  return isFlat
}
