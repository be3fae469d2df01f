import { fetchHost, otherRuntime } from './fetch-host.ts'
import { runtime } from './runtimes.ts'

// As the script of its package.json does.
const permissions = ['env', 'net', 'read', 'write', 'sys'].map((name) => `--allow-${name}`)
const deno = {
  folder: 'runtimes',
  command: [runtime('deno'), 'run', ...permissions, 'deno.ts'],
} as const

fetchHost('Deno', deno)
otherRuntime('Deno', deno)
