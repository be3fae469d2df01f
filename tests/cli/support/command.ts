import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

export const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

/** A folder as an app has it, with these files; removed when the test has passed. */
export function appFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-app-'))
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') rmSync(folder, { recursive: true, force: true })
  })
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

export interface Started {
  pid: number
  output: () => string
  errors: () => string
  /** Resolves when it has written this. */
  said: (text: string | RegExp) => Promise<void>
  signal: (name: NodeJS.Signals) => void
  /** Nobody reads its output from now on. */
  deafen: () => void
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; output: string; errors: string }>
}

/** `agentic …` in a process of its own, killed when the test ends. */
export function start(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
  // Not as npm would start it, though npm has started this test.
  const plain = { ...process.env, HEALTH_PORT: '', npm_config_user_agent: undefined }
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...plain, TEST_FOLDER: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const written = () => output + errors
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    output,
    errors,
  }))
  return {
    pid: child.pid ?? 0,
    output: () => output,
    errors: () => errors,
    said: async (text) => {
      let isOver = false
      void ended.then(() => (isOver = true))
      // Nothing more will be said by one that has ended.
      const saidOrOver = () =>
        isOver || (typeof text === 'string' ? written().includes(text) : text.test(written()))
      await expect.poll(saidOrOver, { interval: 10 }).toBe(true)
      expect(written()).toMatch(text)
    },
    signal: (name) => void child.kill(name),
    deafen: () => [child.stdout, child.stderr].forEach((stream) => stream.destroy()),
    ended,
  }
}

/** `agentic …` to its end. */
export async function run(folder: string, args: string[], env?: NodeJS.ProcessEnv) {
  return start(folder, args, env).ended
}
