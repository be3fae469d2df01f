/** What the processes of a round are told, in their environment. */
export interface ProcessPlan {
  database: string
  queue: QueueName
  /** Empty where the queue needs none. */
  redisUrl: string
  modelUrl: string
  effects: string
  port: number
}

export const queueNames = ['in-process', 'bullmq', 'graphile-worker'] as const
export type QueueName = (typeof queueNames)[number]

export const planVariable = 'CHAOS_PLAN'

export const leaseSeconds = 3
export const workerConcurrency = 4
/** Below what three workers have room for, so that slots of lost workers are missed when they stay taken. */
export const limits = { totalConcurrency: 9, ownerConcurrency: 4 }
