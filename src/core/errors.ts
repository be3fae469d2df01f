/**
 * Every error this library raises on purpose, with the HTTP status it answers and what it means.
 * `docs/errors.md` documents each one; a test keeps the two in step.
 */
export const errorCatalogue = {
  // A wrong set-up: thrown by createAgentic, by the CLI, or when an agent is first built.
  invalid_setting: 500,
  unsupported_agent: 500,
  migration_failed: 500,
  already_started: 500,
  closed: 503,
  // A caller's mistake.
  invalid_request: 400,
  invalid_json: 400,
  invalid_input: 400,
  unknown_agent: 400,
  unauthenticated: 401,
  cross_site: 403,
  not_allowed_to_decide: 403,
  not_found: 404,
  events_off: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  session_busy: 409,
  owner_busy: 409,
  run_not_finished: 409,
  run_not_lost: 409,
  already_decided: 409,
  events_pruned: 410,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  too_many_pending: 429,
  too_many_streams: 429,
  // Our surroundings fail.
  internal: 500,
  owner_unavailable: 503,
  approver_unavailable: 503,
  database_unavailable: 503,
  commit_unknown: 503,
  database_locked: 503,
  database_full: 507,
  // Why a run failed (`error_code` of a run).
  agent_error: 500,
  max_turns: 500,
  model_error: 500,
  guardrail: 500,
  divergence: 500,
  poison: 500,
  lease_expired: 500,
  interrupted: 500,
  interrupted_needs_decision: 500,
  approval_unsupported: 500,
} as const

export type ErrorCode = keyof typeof errorCatalogue

export interface AgenticErrorOptions extends ErrorOptions {
  /** Seconds after which the same request may succeed; becomes `Retry-After`. */
  retryAfterSeconds?: number
  /** Further facts for programs, copied into the JSON answer beside `error` and `code`. */
  details?: Record<string, unknown>
}

/** Recognise it by `code`, not by `instanceof`: two copies of this package may meet in one process. */
export class AgenticError extends Error {
  override readonly name = 'AgenticError'
  readonly code: ErrorCode
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: ErrorCode, message: string, options: AgenticErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.status = errorCatalogue[code]
    this.retryAfterSeconds = options.retryAfterSeconds
    this.details = options.details
  }
}

export function isAgenticError(error: unknown): error is AgenticError {
  return error instanceof Error && error.name === 'AgenticError' && 'code' in error
}
