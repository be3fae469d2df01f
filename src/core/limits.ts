import { AgenticError } from './errors.ts'

/** A page size from a caller: missing means the default, too much means the most. */
export function clampLimit(limit: number | undefined, usual: number, most: number): number {
  if (limit === undefined) return usual
  if (Number.isSafeInteger(limit) && limit >= 1) return Math.min(limit, most)
  throw new AgenticError(
    'invalid_request',
    `\`limit\` is ${limit}. Accepted is a whole number from 1 to ${most}.`,
  )
}
