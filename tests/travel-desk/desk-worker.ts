import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const useSources = new URL('./use-sources.mjs', import.meta.url).href

export interface DeskWorker {
  /** As a crash would: nothing is said goodbye to. */
  kill(): Promise<void>
}

/** `agentic worker` in the folder of the desk, where it finds its config; resolves when it executes runs. */
export async function startWorker(env: Record<string, string>): Promise<DeskWorker> {
  const command = ['--import', useSources, path('../../src/cli/main.ts'), 'worker']
  const child = spawn(process.execPath, command, {
    cwd: path('../../examples/travel-desk'),
    env: { ...process.env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '', HEALTH_PORT: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  const works = Promise.withResolvers<void>()
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('agentic: working')) works.resolve()
  })
  await Promise.race([
    works.promise,
    exited.then(() => Promise.reject(new Error('The worker ended before it worked'))),
  ])
  return { kill }
}
