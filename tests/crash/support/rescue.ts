import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createAgentic } from 'agentic-node'
import { addAudit } from './audit.ts'
import type { Plan } from './agent-process.ts'
import { snapshot, type Snapshot } from './snapshot.ts'

const agentProcess = fileURLToPath(new URL('./agent-process.ts', import.meta.url))

export interface Lives {
  /** What was on disk each time a process had ended. */
  snapshots: Snapshot[]
  killed: number
  /** Commits of the last process. */
  commits: number
  folder: string
}

/** A folder for databases of one test, kept when it has failed; holds an empty database to copy. */
export async function crashFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-crash-'))
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') rmSync(folder, { recursive: true, force: true })
  })
  const database = join(folder, 'empty.db')
  const agents = { none: () => ({ name: 'None', getAllTools: async () => [] }) }
  const agentic = createAgentic({
    agents,
    owner: () => null,
    database: `file:${database}`,
    concurrency: 0,
  })
  await agentic.start()
  await agentic.close()
  addAudit(database)
  return folder
}

/** An empty database in a folder of its own. */
export function freshCase(folder: string, name: string): string {
  const own = join(folder, name)
  mkdirSync(own)
  copyFileSync(join(folder, 'empty.db'), join(own, 'test.db'))
  return own
}

/** One process after another on the same file, each killed as planned, until one has come to its end. */
export async function live(
  folder: string,
  plan: Omit<Plan, 'folder' | 'kill'>,
  kills: Plan['kill'][],
): Promise<Lives> {
  const lives: Lives = { snapshots: [], killed: 0, commits: 0, folder }
  for (const kill of [...kills, null]) {
    const { signal, stdout } = await runProcess(agentProcess, { ...plan, folder, kill })
    lives.snapshots.push(snapshot(folder))
    if (signal === null) return { ...lives, commits: Number(stdout.trim()) }
    lives.killed += 1
  }
  throw new Error('unreachable: the last process is not killed')
}

async function runProcess(
  script: string,
  plan: object,
): Promise<{ signal: string | null; stdout: string }> {
  const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The same sources are compiled once for all children.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'agentic-compile-cache') },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGABRT'), 30_000)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(timer)
  if (signal === 'SIGABRT')
    throw new Error(`a process did not come to an end in 30 s\n${output.stderr}`)
  if (signal === null && code !== 0) throw new Error(`a process failed: ${output.stderr}`)
  return { signal, stdout: output.stdout }
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
