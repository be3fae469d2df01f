import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { promisify } from 'node:util'
import { appFolder, startApp, type AppProcess } from './app-process.ts'
import { password } from './auth-js.ts'

const next = 'node_modules/next/dist/bin/next'
const quiet = { NEXT_TELEMETRY_DISABLED: '1' }

/** As a deploy does, its types checked. */
export async function buildNext(): Promise<void> {
  await promisify(execFile)(process.execPath, [next, 'build'], {
    cwd: appFolder('next'),
    env: { ...process.env, ...quiet, NODE_ENV: 'production' },
    timeout: 280_000,
    killSignal: 'SIGKILL',
  })
}

export async function startNext(
  modelUrl: string,
  env: Record<string, string> = {},
): Promise<AppProcess> {
  return startApp({
    folder: 'next',
    command: [process.execPath, next, 'start', '--hostname', '127.0.0.1'],
    modelUrl,
    env: (url) => ({
      ...quiet,
      // As the script `start` of its package.json says.
      NEXT_MANUAL_SIG_HANDLE: 'true',
      AUTH_URL: url,
      AUTH_SECRET: 'a secret of these tests',
      DEMO_PASSWORD: password,
      ...env,
    }),
  })
}

/** `agentic worker`, in the folder of the app. */
export function startWorker(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['node_modules/agentic-node/dist/cli/main.js', 'worker'], {
    cwd: appFolder('next'),
    env: { ...process.env, OPENAI_API_KEY: 'test', ...env },
    stdio: 'ignore',
  })
}
