import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { compiled } from '../crash/support/spawn.ts'

const server = fileURLToPath(new URL('../../examples/travel-desk/server.ts', import.meta.url))
const useSources = new URL('./use-sources.mjs', import.meta.url).href

/** A server of the travel desk in a process of its own. */
export interface DeskServer {
  url: string
  port: string
  /** The URL of its database, where none was given. */
  database: string
  /** Everything it wrote on stdout. */
  lines: string[]
  /** As a crash would: nothing is said goodbye to. */
  kill(): Promise<void>
  /** As a deploy would; gives the exit code. */
  stop(): Promise<number | null>
}

/** A folder of the test's own for a database; kept when the test has failed. */
export function deskFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'travel-desk-'))
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Resolves when it serves. */
export async function startDesk(
  folder: string,
  env: Record<string, string | undefined> = {},
): Promise<DeskServer> {
  // A hook of a test wants to see each module, and drivers of queues are no part of one file.
  const program = env['NODE_OPTIONS'] || env['QUEUE'] ? server : compiled(server)
  const child = spawn(process.execPath, ['--import', useSources, program], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: '0',
      OFFLINE_DELAY_MS: '100',
      OPENAI_API_KEY: '',
      OPENAI_BASE_URL: '',
      DATABASE_URL: '',
      QUEUE: '',
      CONCURRENCY: '',
      APPROVE_BOOKINGS: '',
      NODE_ENV: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => void (await end(child, 'SIGKILL')))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => lines.push(line))
  await Promise.race([once(reader, 'line'), once(child, 'exit')])
  const [url, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(lines[0] ?? '') ?? []
  if (!url || !port) throw new Error(`The server did not start: ${errors}`)
  return {
    url,
    port,
    database: `file:${join(folder, 'travel-desk.db')}`,
    lines,
    kill: async () => void (await end(child, 'SIGKILL')),
    stop: async () => end(child, 'SIGTERM'),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}
