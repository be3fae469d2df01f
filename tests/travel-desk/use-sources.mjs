// Given to a process of the desk with `--import`: it then runs the library's sources, and no build can be out of date.
import { registerHooks } from 'node:module'

const doors = ['index', 'bullmq', 'graphile-worker']
const sources = new Map(
  doors.map((door) => [
    door === 'index' ? 'agentic-node' : `agentic-node/${door}`,
    new URL(`../../src/${door}.ts`, import.meta.url).href,
  ]),
)

registerHooks({
  resolve(specifier, context, next) {
    const url = sources.get(specifier)
    return url ? { url, shortCircuit: true } : next(specifier, context)
  },
})
