import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions } from './options.ts'
import type { QueueName } from './plan.ts'
import { playRound } from './round.ts'
import type { Recoveries, Times } from './summary.ts'

/**
 * Rounds of a web process and three workers under load, each with a seed of its own, until the time is over or
 * something is wrong.
 */
const { minutes, seed, queues, postgresUrl, keep } = readOptions(process.argv.slice(2))
/** What a round has left behind is read at its end, so it is not to grow without end. */
const longestRoundSeconds = 180
const shortestRoundSeconds = 10

const end = performance.now() + minutes * 60_000
let isFine = true
for (let round = 0; isFine && (round === 0 || performance.now() < end); round += 1) {
  isFine = await play(seed + round, queues[round % queues.length]!)
}
process.exit(isFine ? 0 : 1)

async function play(seed: number, queue: QueueName): Promise<boolean> {
  const left = (end - performance.now()) / 1000 / queues.length
  const seconds = Math.max(shortestRoundSeconds, Math.min(longestRoundSeconds, left))
  const kind = postgresUrl === '' ? 'SQLite' : 'Postgres'
  console.log(`seed ${seed}: ${queue} on ${kind}, ${Math.round(seconds)} s`)
  const folder = mkdtempSync(join(tmpdir(), 'agentic-chaos-'))
  const say = (line: string) => console.log(`  ${line}`)
  const result = await playRound({ seed, queue, postgresUrl, seconds, folder, say, keep })
  const { problems, summary } = result
  say(
    `${summary.runs} runs ended in ${summary.attempts} attempts; ${summary.repeatedCalls} model calls were in flight when their worker was lost and made again, ${summary.reported} tool calls reported as interrupted`,
  )
  say(summary.disturbances)
  say(`runs of killed workers ran elsewhere after ${both(summary.afterKills)}`)
  say(`those given back by draining workers after ${both(summary.afterDrains)}`)
  for (const problem of problems) console.log(`✗ ${problem}`)
  const isFine = problems.length === 0
  if (isFine && !keep) rmSync(folder, { recursive: true, force: true })
  else console.log(`Logs and data are kept in ${folder}`)
  const again = `repeat it with --seed ${seed} --queue ${queue}`
  console.log(isFine ? '✓ nothing was lost, and nothing recorded was repeated' : again)
  return isFine
}

function both({ inCalm, inChaos }: Recoveries): string {
  return `${text(inCalm)} when nothing else went wrong; ${text(inChaos)} in chaos`
}

function text({ count, medianMs, mostMs }: Times): string {
  return count === 0 ? 'none' : `${medianMs} ms (of ${count}, at most ${mostMs} ms)`
}
