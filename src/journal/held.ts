import type { NewEvent } from '../core/event.ts'
import type { StepValues } from '../store/steps.ts'

export interface Usage {
  requests: number
  inputTokens: number
  outputTokens: number
  totalTokens: number
}

export const noUsage: Usage = { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 }

/** What a fenced write does to the run's own row, besides its step. */
export interface Change {
  steps: number
  /** Shaped: as they are stored. */
  events: NewEvent[]
  usage: Usage
}

/** A recorded fact that waits for the transaction of whatever is written next. */
export interface Held {
  values: StepValues
  change: Change
}

/** Two changes in one write, the earlier one first. */
export function add(before: Change, after: Change): Change {
  const { usage } = before
  return {
    steps: before.steps + after.steps,
    events: [...before.events, ...after.events],
    usage: {
      requests: usage.requests + after.usage.requests,
      inputTokens: usage.inputTokens + after.usage.inputTokens,
      outputTokens: usage.outputTokens + after.usage.outputTokens,
      totalTokens: usage.totalTokens + after.usage.totalTokens,
    },
  }
}
