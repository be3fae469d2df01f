import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'

export interface AppPlan {
  /** A folder of `examples/hosts`, where `npm test` has installed its packages. */
  folder: string
  command: readonly [string, ...string[]]
  modelUrl: string
  env?: (url: string) => Record<string, string>
}

/** An app in a process of its own, told by its environment what the contract's plan says. */
export interface AppProcess {
  url: string
  /** Everything it wrote. */
  output: () => string
  health(): Promise<{ status: string; streams: number }>
  /** As a crash would, or with SIGTERM as a deploy; gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export const appFolder = (name: string) =>
  fileURLToPath(new URL(`../../examples/hosts/${name}`, import.meta.url))

const patienceMs = 50_000

/** Resolves when it serves: what it says at `/health` is what `agentic.health()` says. */
export async function startApp({ folder, command, modelUrl, env }: AppPlan): Promise<AppProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const data = mkdtempSync(join(tmpdir(), 'agentic-host-'))
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd: appFolder(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what it starts ends with it.
    detached: true,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: `file:${join(data, 'agentic.db')}`,
      OPENAI_BASE_URL: modelUrl,
      OPENAI_API_KEY: 'test',
      ...env?.(url),
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const health = async () => fetch(`${url}/health`)
  const isReady = async () =>
    health().then(
      ({ ok }) => ok,
      () => false,
    )
  const app: AppProcess = {
    url,
    output: () => output,
    health: async () => (await health()).json(),
    async end(signal = 'SIGKILL') {
      await endGroup(child, signal)
      rmSync(data, { recursive: true, force: true })
      return child.exitCode
    },
  }
  const deadline = Date.now() + patienceMs
  while (!(await isReady())) {
    if (hasEnded(child) || Date.now() > deadline) {
      await app.end()
      throw new Error(`The app did not start: ${output}`)
    }
    await delay(20)
  }
  return app
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null

async function endGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const exited = once(child, 'exit')
  process.kill(-child.pid!, signal)
  await exited
}
