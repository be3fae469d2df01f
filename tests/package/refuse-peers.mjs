// Given to a process with `--import`: the packages of the queues are as if they were not installed.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (/^(?:bullmq|ioredis|graphile-worker|pg)$/.test(specifier)) {
      throw Object.assign(new Error(`Cannot find package '${specifier}'`), {
        code: 'ERR_MODULE_NOT_FOUND',
      })
    }
    return next(specifier, context)
  },
})
