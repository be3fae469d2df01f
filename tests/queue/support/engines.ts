import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Queue } from 'agentic-node'
import { bullmqQueue } from '../../../src/bullmq.ts'
import { graphileWorkerQueue } from '../../../src/graphile-worker.ts'

export type EngineName = 'bullmq' | 'graphile-worker'

/** Where an engine is, as a process can be told. */
export interface Engine {
  engine: EngineName
  url: string
  /** Where the tables of graphile-worker are, or what the keys of BullMQ begin with. */
  space: string
}

/** Tests and the processes they start build queues alike. */
export function engineQueue({ engine, url, space }: Engine, name: string): Queue {
  if (engine === 'bullmq') return bullmqQueue({ connection: url, name, prefix: space })
  return graphileWorkerQueue({ connectionString: url, schema: space, task: name })
}

/** The time in its name tells the set-up of later tests which are old. */
export function newSpace(): string {
  return `test_${Date.now()}_${randomBytes(4).toString('hex')}`
}

/** Removes what an engine made there. */
export async function dropSpace({ engine, url, space }: Engine): Promise<void> {
  if (engine === 'bullmq') {
    const { Redis } = await import('ioredis')
    const redis = new Redis(url)
    const keys = await redis.keys(`${space}:*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
    return
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('set client_min_messages to warning')
  await client.query(`drop schema if exists ${client.escapeIdentifier(space)} cascade`)
  await client.end()
}
