import type { Approval } from '../core/approval.ts'
import type { NewEvent } from '../core/event.ts'

/** What the log says about a decision, or that nobody made one in time: then `decided_by` is null. */
export function decidedEvent(approval: Approval): NewEvent {
  return {
    type: 'tool_approval_decided',
    payload: {
      approval_id: approval.id,
      kind: approval.kind,
      path: approval.path,
      tool_name: approval.toolName,
      decision: approval.status,
      decided_by: approval.decidedBy,
      edited: approval.kind === 'call' && approval.editedArguments !== null,
      rest_of_run: approval.restOfRun,
    },
  }
}
