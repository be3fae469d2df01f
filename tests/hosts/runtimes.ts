import { fileURLToPath } from 'node:url'

const folder = new URL('../../tools/runtimes/node_modules/', import.meta.url)
const places = { bun: 'bin/bun', deno: 'deno' }

/** The program that `npm test` has installed. */
export function runtime(name: 'bun' | 'deno'): string {
  const packaged = `${name}-${process.platform}-${process.arch}/${places[name]}`
  return fileURLToPath(new URL(packaged, folder))
}
