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
