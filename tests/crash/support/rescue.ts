import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { sql } from '../../support/sql.ts'
import { drainedCode, type Plan } from './agent-process.ts'
import { readEffects, type Effect } from './effects.ts'
import type { Place } from './place.ts'
import { snapshot, type Snapshot } from './snapshot.ts'
import { spawnScript } from './spawn.ts'

const agentProcess = fileURLToPath(new URL('./agent-process.ts', import.meta.url))

export interface Lives {
  /** What was on disk each time a process had ended. */
  snapshots: Snapshot[]
  killed: number
  /** Commits of the last process. */
  commits: number
}

/**
 * One process after another in the same place, each killed as planned, until one has come to its end. The next one
 * waits out the leases of the one before, or finds them over.
 */
export async function live(
  place: Place,
  plan: Omit<Plan, 'place' | 'kill'>,
  kills: Plan['kill'][],
  leases: 'last' | 'are over' = 'last',
): Promise<Lives> {
  const lives: Lives = { snapshots: [], killed: 0, commits: 0 }
  for (const kill of [...kills, null]) {
    const ending = await begin({ ...plan, place, kill }).ended
    lives.snapshots.push(await snapshot(place))
    lives.commits = Number(ending.stdout.trim())
    if (ending.how === 'done') return lives
    if (ending.how === 'killed') lives.killed += 1
    if (leases === 'are over') await sql(place.database, expireLeases)
  }
  throw new Error('the last process did not come to its end')
}

/** Of the dead: nobody else is there. */
const expireLeases = `update agentic_run set lease_expires_at = 1 where status = 'running'`

export interface Process {
  child: ChildProcess
  ended: Promise<{ how: 'done' | 'killed' | 'drained'; stdout: string }>
}

export function begin(plan: Plan): Process {
  const child = spawnScript(agentProcess, [JSON.stringify(plan)])
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended: endOf(child) }
}

/** For one that hangs; where the machine has ten times as much to do as it can, a life takes a minute. */
const patienceMs = 150_000

async function endOf(child: ChildProcess): Promise<Awaited<Process['ended']>> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGABRT'), patienceMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(timer)
  if (signal === 'SIGKILL') return { how: 'killed', stdout: output.stdout }
  if (code === 0) return { how: 'done', stdout: output.stdout }
  if (code === drainedCode) return { how: 'drained', stdout: output.stdout }
  const what = signal === null ? 'failed' : 'did not come to an end'
  throw new Error(`a process ${what}: ${output.stderr}`)
}

/** Waits until something has happened in the world. */
export async function happened(place: Place, isIt: (effect: Effect) => boolean): Promise<void> {
  while (!readEffects(place.effects).some(isIt)) await delay(5)
}

/** At most so many at once. */
export async function inParallel<T>(
  width: number,
  jobs: T[],
  work: (job: T) => Promise<void>,
): Promise<void> {
  const queue = jobs.values()
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const job of queue) await work(job)
    }),
  )
}
