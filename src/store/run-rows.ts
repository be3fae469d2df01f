import type { ErrorCode } from '../core/errors.ts'
import type { JsonValue, Run, RunState } from '../core/run.ts'
import { fromJson } from './json.ts'
import type { RunInputTable, RunTable } from './tables.ts'

/** A run row with its input and the unfinished run of its session that comes first. */
export interface RunRow extends RunTable, Pick<RunInputTable, 'input' | 'context'> {
  blocked_by: string | null
}

export type RunStateRow = Pick<
  RunRow,
  | 'status'
  | 'attempt'
  | 'requests'
  | 'input_tokens'
  | 'output_tokens'
  | 'total_tokens'
  | 'last_sequence'
  | 'started_at'
  | 'cancel_requested_at'
  | 'blocked_by'
>

export function toRunState(row: RunStateRow): RunState {
  return {
    status: row.status,
    attempt: row.attempt,
    usage: {
      requests: row.requests,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      totalTokens: row.total_tokens,
    },
    lastSequence: row.last_sequence,
    startedAt: row.started_at,
    cancelRequestedAt: row.cancel_requested_at,
    blockedBy: row.blocked_by,
  }
}

export function toRun(row: RunRow): Run {
  const { status, blockedBy, ...state } = toRunState(row)
  const facts = {
    ...state,
    id: row.id,
    owner: row.owner,
    sessionKey: row.session_key,
    agentKey: row.agent_key,
    input: fromJson(row.input),
    config: { maxTurns: row.max_turns },
    context: fromJson(row.context),
    createdAt: row.created_at,
    retryOf: row.retry_of,
  }
  const startedAt = row.started_at ?? row.created_at
  const finishedAt = row.finished_at ?? row.created_at
  switch (status) {
    case 'pending':
      return { ...facts, status: 'pending', blockedBy }
    case 'running':
      return { ...facts, status: 'running', startedAt }
    case 'awaiting_approval':
      return { ...facts, status: 'awaiting_approval', startedAt }
    case 'completed':
      return { ...facts, status: 'completed', output: outputOf(row), finishedAt }
    case 'failed':
      return {
        ...facts,
        status: 'failed',
        error: row.error ?? '',
        errorCode: (row.error_code ?? 'internal') as ErrorCode,
        finishedAt,
      }
    case 'cancelled':
      return { ...facts, status: 'cancelled', finishedAt }
  }
}

function outputOf(row: RunRow): JsonValue {
  return row.output === null ? null : fromJson(row.output)
}
