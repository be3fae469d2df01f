import { uuidv7 } from 'uuidv7'
import { idAt } from '../../../src/core/id-times.ts'
import type { SeededRun } from './seed-runs.ts'

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const errors = [
  'Error: the model was busy',
  'Error: the model was away',
  'TypeError: cannot read 100% of \'it_\' – "ärger" 🎉',
  `Error: ${'long '.repeat(30)}one`,
  `Error: ${'long '.repeat(30)}other`,
]

const statuses = [
  ...Array.from({ length: 5 }, () => 'completed'),
  ...['failed', 'failed', 'cancelled', 'pending', 'running', 'awaiting_approval'],
]

/** An id of that moment by a clock that may go a little wrong. */
export function idNear(moment: number, random: () => number): string {
  const skewed = moment + Math.round((random() - 0.5) * 60_000)
  return idAt(skewed) + uuidv7().slice(13)
}

/** Runs of three days, newest last. */
export function randomRuns(count: number, random: () => number, now: number): SeededRun[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  return Array.from({ length: count }, (_, number) => {
    const createdAt = now - Math.floor(((count - number) / count) * 3 * 86_400_000)
    const status = pick(statuses)
    return {
      id: idNear(createdAt, random),
      owner: pick(['ada', 'bob', 'main', 'Ärger 🎉']),
      session: pick(['main', 'chat-1', 'chat-2', 'ada']),
      agent: pick(['support', 'support', 'desk']),
      status,
      createdAt,
      error: status === 'failed' ? pick(errors) : null,
    }
  })
}

export const knownErrors: readonly string[] = errors
export const knownStatuses: readonly string[] = [...new Set(statuses)]
