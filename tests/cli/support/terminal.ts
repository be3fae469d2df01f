import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished } from 'vitest'
import { main } from './command.ts'

/** Whether there is the program of util-linux that runs another one on a terminal of its own. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString())

export interface OnTerminal {
  /** Keys as they are pressed: `\r` for Enter, `\u0003` for Ctrl-C. */
  type: (keys: string) => void
  /** Resolves when the terminal shows this. */
  shows: (text: string | RegExp) => Promise<void>
  /** Resolves when it has ended, with all that was shown. */
  ended: Promise<{ code: number | null; shown: string }>
}

/** `agentic …` as somebody runs it who sits before a terminal. */
export function startOnTerminal(
  folder: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): OnTerminal {
  const command = [process.execPath, main, ...args].map((part) => `'${part}'`).join(' ')
  // A shell that stayed between them would hear Ctrl-C as well, and answer it with a code of its own.
  const replacing = `exec ${command}`
  const child = spawn('script', ['--quiet', '--return', '--command', replacing, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, TERM: 'xterm', npm_config_user_agent: undefined, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
  return {
    type: (keys) => void child.stdin.write(keys),
    shows: async (text) => expect.poll(() => shown, { interval: 10 }).toMatch(text),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, shown })),
  }
}
