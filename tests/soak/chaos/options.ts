import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { queueNames, type QueueName } from './plan.ts'

export interface ChaosOptions {
  minutes: number
  seed: number
  /** One a round, in turn. */
  queues: QueueName[]
  /** Empty for SQLite. */
  postgresUrl: string
  keep: boolean
}

/** `--minutes 60 --seed 7 --queue bullmq --database sqlite`; throws a sentence about what is wrong. */
export function readOptions(args: string[]): ChaosOptions {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      queue: { type: 'string' },
      database: { type: 'string', default: process.env['TEST_POSTGRES_URL'] ?? 'sqlite' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { database, queue, keep } = values
  const postgresUrl = database === 'sqlite' || database === '' ? '' : database
  const possible = queueNames.filter((name) => isPossible(name, postgresUrl))
  const queues = possible.filter((name) => queue === undefined || name === queue)
  if (queues.length === 0) {
    throw new Error(`--queue is ${queue}. Possible here are: ${possible.join(', ')}.`)
  }
  return {
    minutes: toNumber('minutes', values.minutes),
    seed: toNumber('seed', values.seed),
    queues,
    postgresUrl,
    keep,
  }
}

function isPossible(queue: QueueName, postgresUrl: string): boolean {
  if (queue === 'graphile-worker') return postgresUrl !== ''
  return queue !== 'bullmq' || spawnSync('redis-server', ['--version']).status === 0
}

function toNumber(name: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`--${name} is ${text}. Give it a number.`)
}
