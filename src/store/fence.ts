import { sql, type RawBuilder } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { eventParts, logColumns, storedEvents, type LogRow } from './events.ts'
import { gate, type Part } from './guarded.ts'
import { t } from './names.ts'

export interface Fence {
  runId: string
  attempt: number
}

/** What is added to the sums of a run's row. */
export interface UsageValues {
  requests: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
  totalTokens: number
  cost: number
  pricedRequests: number
}

export interface Advance extends Fence, UsageValues {
  /** Steps recorded with it. */
  steps: number
  events: NewEvent[]
  /** What else is written with it, and only with it. */
  parts: Part[]
}

export interface Advanced {
  events: RunEvent[]
  cancelRequested: boolean
}

/**
 * The gate of every write under a lease. It updates the run's own row, which locks it, and so moves nothing when the
 * attempt has lost its run: null means "you lost it", and nothing was written. (An `exists` check in another statement
 * would not fence under READ COMMITTED.)
 */
export async function advance(executor: Executor, values: Advance): Promise<Advanced | null> {
  const { events, parts, ...facts } = values
  const all = [...parts, ...eventParts(events)]
  const row = await move(executor, { ...facts, count: events.length }, all)
  if (row === null) return null
  return {
    events: storedEvents(row, events),
    cancelRequested: row.cancel_requested_at !== null,
  }
}

/** For an update of a run. */
export function addUsage(v: UsageValues): RawBuilder<unknown> {
  return sql`requests = requests + ${v.requests}, input_tokens = input_tokens + ${v.inputTokens},
      output_tokens = output_tokens + ${v.outputTokens},
      total_tokens = total_tokens + ${v.totalTokens},
      cached_tokens = cached_tokens + ${v.cachedTokens},
      reasoning_tokens = reasoning_tokens + ${v.reasoningTokens}, cost = cost + ${v.cost},
      priced_requests = priced_requests + ${v.pricedRequests}`
}

type MoveValues = Omit<Advance, 'events' | 'parts'> & { count: number }

const move = gate<MoveValues, LogRow & { cancel_requested_at: number | null }>(
  (v, facts) => sql`
    update ${t.run} set last_sequence = last_sequence + ${v.count},
      attempt_steps = attempt_steps + ${v.steps}, ${addUsage(v)}
    where id = ${v.runId} and attempt = ${v.attempt} and status = 'running'
    returning ${logColumns(facts)}, cancel_requested_at`,
)
