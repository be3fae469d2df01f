import type { NewEvent } from '../core/event.ts'
import type { UsageValues } from '../store/fence.ts'
import type { StepUsage, StepValues } from '../store/steps.ts'

export const noUsage: UsageValues = {
  requests: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  cost: 0,
  pricedRequests: 0,
}

/** What one response adds to its run. */
export function usageOf({ cost, ...tokens }: StepUsage): UsageValues {
  return { ...tokens, requests: 1, cost: cost ?? 0, pricedRequests: cost === null ? 0 : 1 }
}

/** What a fenced write does to the run's own row, besides its step. */
export interface Change {
  steps: number
  /** Shaped: as they are stored. */
  events: NewEvent[]
  usage: UsageValues
}

/** A recorded fact that waits for the transaction of whatever is written next. */
export interface Held {
  values: StepValues
  change: Change
}

/** Two changes in one write, the earlier one first. */
export function add(before: Change, after: Change): Change {
  return {
    steps: before.steps + after.steps,
    events: [...before.events, ...after.events],
    usage: addUsages(before.usage, after.usage),
  }
}

function addUsages(a: UsageValues, b: UsageValues): UsageValues {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    cost: a.cost + b.cost,
    pricedRequests: a.pricedRequests + b.pricedRequests,
  }
}
