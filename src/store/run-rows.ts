import { sql } from 'kysely'
import type { ErrorCode } from '../core/errors.ts'
import type { JsonValue, Run, RunState } from '../core/run.ts'
import { fromJson } from './json.ts'
import { t } from './names.ts'
import type { RunInputTable, RunTable } from './tables.ts'

/** What tells where a run stands. */
const stateColumns = [
  'status',
  'attempt',
  'requests',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cost',
  'priced_requests',
  'last_sequence',
  'started_at',
  'cancel_requested_at',
] as const

/** What a run is made of; the rest of its row is for those who execute it. */
const ownColumns = [
  ...stateColumns,
  'id',
  'owner',
  'session_id',
  'session_key',
  'agent_key',
  'max_turns',
  'retry_of',
  'created_at',
  'finished_at',
  'error_code',
  'error',
  'output',
] as const

/** With the unfinished run of its session that comes first. */
export interface RunStateRow extends Pick<RunTable, (typeof stateColumns)[number]> {
  blocked_by: string | null
}

export interface RunRow
  extends
    RunStateRow,
    Pick<RunTable, (typeof ownColumns)[number]>,
    Pick<RunInputTable, 'input' | 'context'> {}

/** With what its next attempt is linked to. */
export interface ClaimableRow extends RunRow, Pick<RunTable, 'submit_trace' | 'attempt_trace'> {}

/** For the run aliased `r`; only one that waits has to look for what it waits for. */
const blockedBy = sql`case when r.status = 'pending' and r.front = 0 then (
  select min(u.id) from ${t.run} as u
    where u.session_id = r.session_id and u.finished_at is null and u.id < r.id) end as blocked_by`

const ofRun = (columns: readonly string[]) =>
  sql.join(columns.map((column) => sql.ref(`r.${column}`)))

/** Columns of a `RunStateRow` for the run aliased `r`. */
export const runStateColumns = sql`${ofRun(stateColumns)}, ${blockedBy}`

/** Columns of a `RunRow` of which none is long. */
export const shortRunColumns = sql`${ofRun(
  ownColumns.filter((column) => column !== 'error' && column !== 'output'),
)}, ${blockedBy}`

/** Columns of a `RunRow` for the run aliased `r` and its input aliased `i`. */
export const runColumns = sql`${ofRun(ownColumns)}, i.input, i.context, ${blockedBy}`

/** Columns of a `ClaimableRow`, as `runColumns`. */
export const claimableColumns = sql`${runColumns}, r.submit_trace, r.attempt_trace`

export function toRunState(row: RunStateRow): RunState {
  return {
    status: row.status,
    attempt: row.attempt,
    usage: {
      requests: row.requests,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      totalTokens: row.total_tokens,
      ...(row.requests > 0 && row.priced_requests === row.requests && { cost: row.cost }),
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
