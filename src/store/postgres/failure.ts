import { AgenticError } from '../../core/errors.ts'

/**
 * What went wrong, by what can be done about it:
 * - `away`: the connection failed or the server goes down; nothing was committed, unless it was the commit itself
 * - `conflict`: another transaction was quicker; the same unit may succeed when it is run again
 * - `names`: a prepared statement is not there, or is another's: a pooler changes connections under us
 * - `refused`: the server says no and would say it again
 */
export type FailureKind = 'away' | 'conflict' | 'names' | 'refused'

/** An error of the driver or the server, told apart from those a unit throws by itself. */
export class PostgresFailure extends Error {
  readonly kind: FailureKind
  readonly code: string

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.code = sqlState(cause)
    this.kind = kindOf(this.code, cause)
  }
}

/** SQLSTATE of a server's error (postgresql.org/docs/current/errcodes-appendix.html); empty for the driver's own. */
function sqlState(error: unknown): string {
  const isServers = error instanceof Error && 'severity' in error && 'code' in error
  return isServers && typeof error.code === 'string' ? error.code : ''
}

/** Unique indexes that two transactions may race for; any other violation is a defect. */
const raced =
  /_(?:owner_slot|agent_slot|total_slot|session_active|idempotency|owner_key|workers?_pkey|rate_pkey)$/

function kindOf(code: string, error: unknown): FailureKind {
  if (code === '' || code.startsWith('08') || code.startsWith('57P')) return 'away'
  // The server ended an idle transaction, or has no place for one more connection.
  if (['25P03', '25P04', '53300'].includes(code)) return 'away'
  if (code === '40001' || code === '40P01') return 'conflict'
  if (code === '23505' && raced.test(constraintOf(error))) return 'conflict'
  // Unknown or taken name; a plan made before a migration.
  if (['26000', '42P05', '0A000'].includes(code)) return 'names'
  return 'refused'
}

function constraintOf(error: unknown): string {
  const named = error instanceof Error && 'constraint' in error ? error.constraint : ''
  return typeof named === 'string' ? named : ''
}

/** Whether a lock of another transaction was waited for in vain. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof PostgresFailure && error.code === '55P03'
}

/** Says in our words what Postgres could not do, and what to do about it. */
export function toDatabaseError(error: unknown): unknown {
  if (!(error instanceof PostgresFailure)) return error
  const options = { cause: error.cause }
  const reason = error.message.replace(/\.$/, '')
  if (error.kind === 'away') {
    return new AgenticError(
      'database_unavailable',
      `Postgres does not answer: ${reason}. Nothing was written; check that the server of \`database\` runs and is reachable.`,
      { ...options, retryAfterSeconds: 2 },
    )
  }
  if (error.kind === 'conflict' || ['55P03', '57014'].includes(error.code)) {
    return new AgenticError(
      'database_locked',
      `Another transaction stayed in the way: ${reason}. Nothing was written; try again, or end what holds a long transaction.`,
      { ...options, retryAfterSeconds: 1 },
    )
  }
  return refused(error, reason, options)
}

function refused(error: PostgresFailure, reason: string, options: { cause: unknown }): unknown {
  switch (error.code) {
    case '53100':
      return new AgenticError(
        'database_full',
        'The disk of the Postgres server is full. Nothing was written; free some space and try again.',
        { ...options, retryAfterSeconds: 10 },
      )
    case '42P01':
    case '42703':
    case '3F000':
      return new AgenticError(
        'database_unavailable',
        `The database lacks a table or column of ours: ${reason}. Run \`agentic migrate\`, or leave \`migrate\` on.`,
        { ...options, retryAfterSeconds: 10 },
      )
    case '28000':
    case '28P01':
    case '3D000':
    case '42501':
      return new AgenticError(
        'database_unavailable',
        `Postgres refuses us: ${reason}. Check user, password, database name and privileges in \`database\`.`,
        { ...options, retryAfterSeconds: 10 },
      )
    default:
      return error.cause
  }
}
