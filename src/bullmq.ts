import type { Queue } from './core/queue.ts'
import { BullmqQueue, type BullmqQueueOptions } from './queue/bullmq/queue.ts'

export type { BullmqQueueOptions }

/**
 * A queue on Redis, by BullMQ; `npm install bullmq ioredis`. Connects at its first use.
 *
 * @example
 * const agentic = createAgentic({
 *   queue: bullmqQueue({ connection: process.env.REDIS_URL ?? 'redis://localhost:6379' }),
 *   // …
 * })
 */
export function bullmqQueue(options: BullmqQueueOptions): Queue {
  return new BullmqQueue(options)
}
