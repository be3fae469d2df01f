// Given to a server with `--import`: it then runs the library's sources, and no build can be out of date.
import { registerHooks } from 'node:module'

const sources = new URL('../../src/index.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'agentic-node'
      ? { url: sources, shortCircuit: true }
      : next(specifier, context)
  },
})
