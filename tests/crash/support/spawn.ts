import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** A process of its own that runs a script of ours; the same sources are compiled once for all of them. */
export function spawnScript(script: string, args: string[]): ChildProcess {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'agentic-compile-cache') }
  return spawn(process.execPath, [compiled(script), ...args], { stdio: 'pipe', env })
}

/** The script in one file with what it imports, where `scripts/compile-scripts.mjs` has made one. */
export function compiled(script: string): string {
  const folder = process.env['COMPILED_PROGRAMS']
  if (folder === undefined) return script
  const file = join(folder, relative(root, script).replace(/ts$/, 'js'))
  return existsSync(file) ? file : script
}
