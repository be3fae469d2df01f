/** What the server says, as it says it: names in snake_case, moments in ISO 8601. */

export interface Submit {
  /** `[-a-zA-Z0-9_]{1,255}`. */
  session_key: string
  /** Text, or a list of user items of the Agents SDK. */
  input: string | object[]
  agent_key?: string
  config?: { max_turns?: number }
  /** Handed to the app's own `context` factory. */
  context?: unknown
  /** The same key again is answered with the first run. Default: a fresh one. */
  idempotency_key?: string
}

export interface Submitted {
  run_id: string
  status: RunJson['status']
  /** False when the key named a run that there was already. */
  is_new?: false
}

export interface RunJson {
  run_id: string
  session_key: string
  agent_key: string
  status: 'pending' | 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled'
  final_output: unknown
  error: string | null
  error_code: string | null
  attempt: number
  usage: {
    requests: number
    input_tokens: number
    output_tokens: number
    total_tokens: number
    cost?: number
  }
  last_sequence: number
  blocked_by: string | null
  cancel_requested: boolean
  retry_of: string | null
  created_at: string
  started_at: string | null
  finished_at: string | null
}

/**
 * One entry of a run's log. A `reset` stands for entries that are kept no more; its payload has `first_available` and
 * the `run` as it is.
 */
export interface RunEventJson {
  sequence: number
  event_type: string
  payload: { [key: string]: unknown }
  /** Null of a `reset`. */
  created_at: string | null
}

export interface ApprovalJson {
  approval_id: string
  run_id: string
  /** Of the run: another, where one may decide for others. */
  owner: string
  /** Of the call within the run. */
  path: string
  /** `interrupted`: the server stopped in the middle of the call, and nobody knows whether it happened. */
  kind: 'call' | 'interrupted'
  tool_name: string
  agent_name: string
  /** What the model asked for. */
  arguments: unknown
  /** What the call is made with instead; null where nobody changed anything. */
  edited_arguments: unknown
  status: 'pending' | 'approved' | 'rejected' | 'done' | 'rerun' | 'failed' | 'undecided'
  rest_of_run: boolean
  message: string | null
  result: unknown
  /** Null while it waits, and where nobody did, or not in time. */
  decided_by: string | null
  created_at: string
  /** When it is decided by itself; null for never. */
  expires_at: string | null
  decided_at: string | null
}

export interface ApprovalQuery {
  /** Default: `pending`. */
  status?: ApprovalJson['status']
  limit?: number
  cursor?: string
}

export interface ApprovalPage {
  approvals: ApprovalJson[]
  next_cursor: string | null
}

export interface Decide {
  /** Of a call `approve` or `reject`; of an interrupted one `done`, `rerun` or `fail`. */
  decision: 'approve' | 'reject' | 'done' | 'rerun' | 'fail'
  /** Of `reject`: what the agent is told. Of `fail`: why. */
  message?: string
  /** Of `approve`: what the call is made with instead. */
  arguments?: unknown
  /** Of `done`: what the call is answered with. */
  result?: unknown
  /** Of `approve` and `reject`: whether later calls of this tool in the run are decided alike. */
  rest_of_run?: boolean
}
