import { AgenticError } from '../../core/errors.ts'

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_FULL = 13

interface SqliteError extends Error {
  code: 'ERR_SQLITE_ERROR'
  errcode: number
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** The primary result code; extended codes carry it in their lowest byte (sqlite.org/rescode.html). */
function primaryCode(error: SqliteError): number {
  return error.errcode & 0xff
}

export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && [SQLITE_BUSY, SQLITE_LOCKED].includes(primaryCode(error))
}

/** Says in our words what SQLite could not do, and what to do about it. */
export function toDatabaseError(error: unknown, file: string): unknown {
  if (!isSqliteError(error)) return error
  const options = { cause: error }
  switch (primaryCode(error)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new AgenticError(
        'database_locked',
        `The database ${file} stayed locked by another process. Nothing was written; try again, or end what holds a long transaction on it.`,
        { ...options, retryAfterSeconds: 1 },
      )
    case SQLITE_FULL:
      return new AgenticError(
        'database_full',
        `The disk under the database ${file} is full. Nothing was written; free some space and try again.`,
        { ...options, retryAfterSeconds: 10 },
      )
    case SQLITE_READONLY:
      return new AgenticError(
        'database_unavailable',
        `The database ${file} cannot be written. Give this process write permission on the file and its folder.`,
        { ...options, retryAfterSeconds: 10 },
      )
    default:
      return unavailable(error, file)
  }
}

function unavailable(error: SqliteError, file: string): unknown {
  // A constraint is a question answered, not a failure: the store function that expects it handles it.
  if (isConstraint(error)) return error
  const hint = /no such (table|column)/.test(error.message)
    ? `The schema is not what this version expects (${error.message}). Run \`agentic migrate\`, or restore the table.`
    : `SQLite says: ${error.message}. Check that the file and its folder exist and are healthy.`
  return new AgenticError('database_unavailable', `The database ${file} cannot be used. ${hint}`, {
    cause: error,
    retryAfterSeconds: 5,
  })
}

const SQLITE_CONSTRAINT = 19

export function isConstraint(error: unknown): boolean {
  return isSqliteError(error) && primaryCode(error) === SQLITE_CONSTRAINT
}
