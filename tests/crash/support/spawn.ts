import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process of its own that runs a script of ours; the same sources are compiled once for all of them. */
export function spawnScript(script: string, args: string[]): ChildProcess {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'agentic-compile-cache') }
  return spawn(process.execPath, [script, ...args], { stdio: 'pipe', env })
}
