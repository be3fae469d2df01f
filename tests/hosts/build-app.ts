import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { appFolder } from './app-process.ts'

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

/** As a deploy does, then checks its types; `script` is a file of the app's packages. */
export async function buildApp(name: string, script: string, ...args: string[]): Promise<void> {
  const cwd = appFolder(name)
  const run = async (file: string, ...given: string[]) =>
    promisify(execFile)(process.execPath, [file, ...given], {
      cwd,
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: 140_000,
      killSignal: 'SIGKILL',
    })
  await run(`node_modules/${script}`, ...args)
  await run(tsc, '--noEmit', '-p', '.')
}
