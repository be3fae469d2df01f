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
  usage: { requests: number; input_tokens: number; output_tokens: number; total_tokens: number }
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
