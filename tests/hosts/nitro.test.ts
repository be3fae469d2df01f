import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { appFolder } from './app-process.ts'
import { buildApp } from './build-app.ts'
import { fetchHost } from './fetch-host.ts'

/** Where none of the app's packages are, as what Nitro builds is deployed by itself. */
const deployed = mkdtempSync(join(tmpdir(), 'agentic-nitro-'))

beforeAll(async () => {
  await buildApp('nitro', 'nitro/dist/cli/index.mjs', 'build')
  cpSync(join(appFolder('nitro'), '.output'), deployed, { recursive: true })
}, 300_000)
afterAll(() => rmSync(deployed, { recursive: true, force: true }))

fetchHost('Nitro', {
  folder: 'nitro',
  command: [process.execPath, join(deployed, 'server/index.mjs')],
  // Under these Nitro leaves out what it does on SIGTERM.
  env: { CI: '', TEST: '' },
})
