import type { JsonValue } from './run.ts'

/** The lifecycle of a run, one per transition; exactly one of the last three, always last. */
export const runEventTypes = [
  'run.created',
  'run.attempt_started',
  'run.recovered',
  'run.drained',
  'run.drift',
  'run.cancel_requested',
  'run.awaiting_approval',
  'run.resumed',
  'run.completed',
  'run.failed',
  'run.cancelled',
] as const

/** The SDK's semantic names, and `text_delta`. */
export const itemEventTypes = [
  'text_delta',
  'message_output_created',
  'reasoning_item_created',
  'tool_called',
  'tool_output',
  'tool_output_late',
  'tool_approval_requested',
  'tool_approval_decided',
  'handoff_requested',
  'handoff_occurred',
  'agent_updated',
  'model_response',
] as const

export type EventType = (typeof runEventTypes)[number] | (typeof itemEventTypes)[number]

export const terminalEventTypes = ['run.completed', 'run.failed', 'run.cancelled'] as const

export function isTerminalEvent(type: EventType): boolean {
  return (terminalEventTypes as readonly string[]).includes(type)
}

/** One entry of a run's log. `sequence` counts 1, 2, 3 … without gaps within the run. */
export interface RunEvent {
  runId: string
  sequence: number
  type: EventType
  payload: { [key: string]: JsonValue }
  /** Milliseconds since the epoch, by the database's clock. */
  createdAt: number
}

/** An event about to be written: the log gives it its sequence and time. */
export interface NewEvent {
  type: EventType
  payload: { [key: string]: JsonValue }
}
