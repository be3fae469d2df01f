import type { EventType } from '../core/event.ts'
import type { RunStatus } from '../core/run.ts'

const statuses: Partial<Record<EventType, RunStatus>> = {
  'run.created': 'pending',
  'run.attempt_started': 'running',
  'run.awaiting_approval': 'awaiting_approval',
  'run.drained': 'pending',
  'run.resumed': 'pending',
  'run.recovered': 'pending',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
}

/** The status that a run has entered when this was written; null when it has not moved. */
export function statusAfter(type: EventType): RunStatus | null {
  return statuses[type] ?? null
}
