import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

export interface Fence {
  runId: string
  attempt: number
}

export interface Advance extends Fence {
  /** Events written in the same transaction; they get the numbers this reserves. */
  events: number
  /** Steps recorded in the same transaction. */
  steps: number
  requests: number
  inputTokens: number
  outputTokens: number
  totalTokens: number
}

export interface Advanced {
  /** Sequence of the last event before those reserved. */
  after: number
  cancelRequested: boolean
}

/**
 * The gate of every write under a lease. It updates the run's own row, which locks it, and so fails when the attempt
 * has lost its run: null means "you lost it" and the transaction must write nothing. (An `exists` check in another
 * statement would not fence under READ COMMITTED.)
 */
export async function advance(executor: Executor, values: Advance): Promise<Advanced | null> {
  const row = first(await move(executor, values))
  if (row === null) return null
  return {
    after: row.last_sequence - values.events,
    cancelRequested: row.cancel_requested_at !== null,
  }
}

const move = statement<Advance, { last_sequence: number; cancel_requested_at: number | null }>(
  (_db, v) => sql`
    update ${t.run} set last_sequence = last_sequence + ${v.events},
      attempt_steps = attempt_steps + ${v.steps}, requests = requests + ${v.requests},
      input_tokens = input_tokens + ${v.inputTokens},
      output_tokens = output_tokens + ${v.outputTokens},
      total_tokens = total_tokens + ${v.totalTokens}
    where id = ${v.runId} and attempt = ${v.attempt} and status = 'running'
    returning last_sequence, cancel_requested_at`,
)
