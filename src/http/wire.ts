import type { Approval } from '../core/approval.ts'
import type { RunEvent } from '../core/event.ts'
import { isFinished, type Run } from '../core/run.ts'
import type { Session } from '../core/session.ts'

/** What our things look like in JSON: snake_case, moments as ISO 8601. */

export function runJson(run: Run) {
  const { usage } = run
  return {
    run_id: run.id,
    session_key: run.sessionKey,
    agent_key: run.agentKey,
    status: run.status,
    final_output: run.status === 'completed' ? run.output : null,
    error: run.status === 'failed' ? run.error : null,
    error_code: run.status === 'failed' ? run.errorCode : null,
    attempt: run.attempt,
    usage: {
      requests: usage.requests,
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      total_tokens: usage.totalTokens,
    },
    last_sequence: run.lastSequence,
    blocked_by: run.status === 'pending' ? run.blockedBy : null,
    cancel_requested: run.cancelRequestedAt !== null,
    retry_of: run.retryOf,
    created_at: moment(run.createdAt),
    started_at: moment(run.startedAt),
    finished_at: isFinished(run) ? moment(run.finishedAt) : null,
  }
}

export function eventJson(event: RunEvent) {
  return {
    sequence: event.sequence,
    event_type: event.type,
    payload: event.payload,
    created_at: moment(event.createdAt),
  }
}

/** An event among those of a whole session, where sequences alone do not name it. */
export function sessionEventJson(event: RunEvent) {
  return { run_id: event.runId, ...eventJson(event) }
}

export function approvalJson(approval: Approval) {
  return {
    approval_id: approval.id,
    run_id: approval.runId,
    path: approval.path,
    tool_name: approval.toolName,
    agent_name: approval.agentName,
    arguments: approval.arguments,
    status: approval.status,
    message: approval.message,
    decided_by: approval.decidedBy,
    created_at: moment(approval.createdAt),
    decided_at: moment(approval.decidedAt),
  }
}

export function sessionJson(session: Session) {
  return {
    session_key: session.key,
    metadata: session.metadata,
    created_at: moment(session.createdAt),
    updated_at: moment(session.updatedAt),
  }
}

function moment(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}
