// Given to a process of the desk with `--import`: where its model and its tools would pause, they ask held-pauses.ts.
import { registerHooks } from 'node:module'

const whose = [
  ['/offline-model/offline-model.ts', 'model'],
  ['/tools.ts', 'tools'],
]

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'node:timers/promises') return next(specifier, context)
    const who = whose.find(([path]) => context.parentURL?.endsWith(path))?.[1]
    if (who === undefined) return next(specifier, context)
    return { url: new URL(`./held-pause.mjs?${who}`, import.meta.url).href, shortCircuit: true }
  },
})
