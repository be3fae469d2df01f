import type { AuditAction, AuditTarget } from '../core/admin.ts'
import type { ApprovalStatus } from '../core/approval.ts'
import type { RunStatus } from '../core/run.ts'
import type { EventType } from '../core/event.ts'

/** Rows as they are stored: JSON in TEXT, moments as integer milliseconds, flags as 0 or 1. */
export interface Tables {
  session: SessionTable
  item: ItemTable
  run: RunTable
  run_input: RunInputTable
  step: StepTable
  event: EventTable
  approval: ApprovalTable
  rate: RateTable
  worker: WorkerTable
  audit: AuditTable
  chore: ChoreTable
}

export const tableNames = [
  'session',
  'item',
  'run',
  'run_input',
  'step',
  'event',
  'approval',
  'rate',
  'worker',
  'audit',
  'chore',
] as const satisfies readonly (keyof Tables)[]

export interface SessionTable {
  id: string
  owner: string
  session_key: string
  metadata: string
  /** Position of the newest item; items are numbered 1, 2, 3 … and never renumbered. */
  last_position: number
  created_at: number
  updated_at: number
}

export interface ItemTable {
  session_id: string
  position: number
  /** The run that produced it; null for items added by the app. */
  run_id: string | null
  payload: string
  created_at: number
}

export interface RunTable {
  id: string
  owner: string
  session_id: string
  session_key: string
  agent_key: string
  status: RunStatus
  attempt: number
  worker_id: string | null
  lease_expires_at: number | null
  /** 1 from the first claim to the end: the session belongs to this run. Unique per session. */
  session_active: number | null
  /** 1 when no other unfinished run of the session comes before it. */
  front: number
  /** Place in the round of owners: only a pending run with a turn can be claimed. */
  turn: number | null
  owner_slot: number | null
  agent_slot: number | null
  total_slot: number | null
  cancel_requested_at: number | null
  last_sequence: number
  /** Steps recorded by the attempt under way. */
  attempt_steps: number
  /** Attempts in a row whose lease expired without one new step. */
  stalled_attempts: number
  /** The session's last position at the first claim: history ends here for every attempt. */
  base_position: number | null
  max_turns: number
  requests: number
  input_tokens: number
  output_tokens: number
  total_tokens: number
  /** Of the input tokens, those read from a cache; of the output tokens, those not shown. */
  cached_tokens: number
  reasoning_tokens: number
  /** Of the requests whose cost is known; the others are not in it. */
  cost: number
  priced_requests: number
  retry_of: string | null
  idempotency_key: string | null
  /** Events up to this sequence may have been pruned. */
  pruned_sequence: number
  /** 1 while text deltas of a finished run wait to be pruned. */
  deltas_kept: number
  /** What cleanup may still find besides the row once the run has ended: 1 events, 2 steps, 3 both. */
  kept: number
  /** What is not shown any more, as it is gone or going: 1 events, 2 steps. */
  pruned: number
  /** W3C `traceparent` of the span that was active at the submit, and of the newest attempt. */
  submit_trace: string | null
  attempt_trace: string | null
  created_at: number
  started_at: number | null
  finished_at: number | null
  error_code: string | null
  error: string | null
  output: string | null
}

export interface RunInputTable {
  run_id: string
  input: string
  context: string
}

export type StepKind = 'model' | 'tool' | 'handoff' | 'guardrail'

export interface StepTable {
  run_id: string
  path: string
  kind: StepKind
  state: 'started' | 'done'
  /** The attempt that started it. */
  attempt: number
  agent_name: string
  /** Name of the tool, guardrail or handoff; of the model for a model step. */
  name: string
  call_id: string | null
  /** What the model asked for, and what the tool was given. */
  arguments: string | null
  effective_arguments: string | null
  result: string | null
  /** Model steps: results of the previous response's calls as the model was given them. */
  given: string | null
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  reasoning_tokens: number
  /** Null: the sum of input and output. */
  total_tokens: number | null
  /** Model steps: by the app's `estimateCost`; null when unknown. */
  cost: number | null
  started_at: number
  finished_at: number | null
}

export interface EventTable {
  run_id: string
  sequence: number
  type: EventType
  payload: string
  created_at: number
}

export interface ApprovalTable {
  id: string
  run_id: string
  owner: string
  /** Of the call, with the attempt when it was cut off: `questionPath`. Unique within the run. */
  path: string
  tool_name: string
  agent_name: string
  arguments: string
  /** 0: asked before the call is made. Otherwise the attempt that was cut off inside it. */
  interrupted_attempt: number
  edited_arguments: string | null
  status: ApprovalStatus
  rest_of_run: number
  message: string | null
  result: string | null
  decided_by: string | null
  created_at: number
  expires_at: number | null
  decided_at: number | null
}

export interface RateTable {
  owner: string
  window_start: number
  used: number
}

export interface WorkerTable {
  id: string
  host: string
  pid: number
  concurrency: number
  started_at: number
  heartbeat_at: number
}

export interface AuditTable {
  id: string
  at: number
  actor: string
  action: AuditAction
  target: AuditTarget
  target_id: string
  owner: string | null
  details: string
}

/** What one process of all does now and then. */
export interface ChoreTable {
  name: string
  /** Nobody else does it until then. */
  held_until: number
  /** When it was last done to its end. */
  done_at: number
}
