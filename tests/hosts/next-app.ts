import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

type Environment = Record<string, string>

export async function startNext(modelUrl: string, env: Environment = {}): Promise<AppProcess> {
  return startApp({
    folder: 'next',
    command: [process.execPath, next, 'start', '--hostname', '127.0.0.1'],
    modelUrl,
    // As the script `start` of its package.json says.
    env: (url) => ({ ...settings(url), NEXT_MANUAL_SIG_HANDLE: 'true', ...env }),
  })
}

const settings = (url: string): Environment => ({
  ...quiet,
  AUTH_URL: url,
  AUTH_SECRET: 'a secret of these tests',
  DEMO_PASSWORD: password,
})

/**
 * `next dev` of a copy that may be edited: inside of the app's folder, where its packages are found. Trailing slashes are
 * left to Next.
 */
export async function developNext(modelUrl: string) {
  const folder = `next/.dev-${crypto.randomUUID()}`
  const copy = appFolder(folder)
  const isSource = (path: string) => !/[/\\](node_modules|\.next|\.dev-[^/\\]*)$/.test(path)
  await mkdir(copy)
  for (const name of await readdir(appFolder('next'))) {
    const path = join(appFolder('next'), name)
    if (isSource(path)) await cp(path, join(copy, name), { recursive: true })
  }
  const edit = async (file: string, from: string, to: string) => {
    const path = join(copy, file)
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to))
  }
  await edit('next.config.ts', 'import.meta.dirname', "import.meta.dirname + '/..'")
  await edit('next.config.ts', 'skipTrailingSlashRedirect: true,', '')
  const database = `file:${join(copy, 'agentic.db')}`
  const remove = async () => rm(copy, { recursive: true, force: true })
  const app = await startApp({
    folder,
    command: [process.execPath, `../${next}`, 'dev', '--hostname', '127.0.0.1'],
    modelUrl,
    env: (url) => ({ ...settings(url), NODE_ENV: 'development', DATABASE_URL: database }),
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const close = async () => {
    await app.end()
    await remove()
  }
  return { app, database, edit, close }
}

/** `agentic worker`, in the folder of the app. */
export function startWorker(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['node_modules/agentic-node/dist/cli/main.js', 'worker'], {
    cwd: appFolder('next'),
    env: { ...process.env, OPENAI_API_KEY: 'test', ...env },
    stdio: 'ignore',
  })
}
