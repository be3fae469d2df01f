import type { Queue } from './core/queue.ts'
import {
  GraphileWorkerQueue,
  type GraphileWorkerQueueOptions,
} from './queue/graphile-worker/queue.ts'

export type { GraphileWorkerQueueOptions }

/**
 * A queue on Postgres, by graphile-worker; `npm install graphile-worker pg`. Connects at its first use, and installs
 * graphile-worker's schema when it is not there.
 *
 * @example
 * const agentic = createAgentic({
 *   queue: graphileWorkerQueue({ connectionString: process.env.DATABASE_URL }),
 *   // …
 * })
 */
export function graphileWorkerQueue(options: GraphileWorkerQueueOptions): Queue {
  return new GraphileWorkerQueue(options)
}
