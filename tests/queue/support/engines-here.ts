import { inject } from 'vitest'
import { withoutFlush } from '../../support/databases.ts'
import { newSpace, type Engine } from './engines.ts'

/** Each in a space of its own; the address is empty when there is no such server. */
export function enginesHere(): Engine[] {
  return [
    { engine: 'bullmq', url: inject('redisUrl'), space: newSpace() },
    { engine: 'graphile-worker', url: withoutFlush(inject('postgresUrl')), space: newSpace() },
  ]
}
