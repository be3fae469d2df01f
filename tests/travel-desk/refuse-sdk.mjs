// Given to a server with `--import`: it then fails when anything loads the SDK.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (/^(?:@openai\/|openai$)/.test(specifier)) throw new Error(`${specifier} was loaded`)
    return next(specifier, context)
  },
})
