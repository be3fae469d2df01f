import { z } from 'zod'
import { sessionKeyPattern } from '../core/session.ts'
import { documentedAs } from './documented.ts'

/** An object with these fields and no others. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).map((name) => `\`${name}\``)
  const accepted = names.length === 0 ? 'none' : names.join(', ')
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not accepted here (accepted fields: ${accepted})`
        : `must be an object (accepted fields: ${accepted})`,
  })
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const uuid = documentedAs(z.string().regex(uuidPattern), { type: 'string', format: 'uuid' })

export const runParams = z.object({ run_id: uuid })
export const approvalParams = z.object({ approval_id: uuid })
export const sessionParams = z.object({ session_key: z.string().regex(sessionKeyPattern) })

const sessionKeyRule = 'must be text of 1 to 255 letters A-Z a-z, digits, `-` or `_`'
export const sessionKey = z.string(sessionKeyRule).regex(sessionKeyPattern, sessionKeyRule)

const idempotencyKeyRule = 'must be text of 1 to 255 printable ASCII characters'
export const idempotencyKey = z
  .string(idempotencyKeyRule)
  .regex(/^[\x20-\x7e]{1,255}$/, idempotencyKeyRule)

/** A whole number as a query parameter. */
export function wholeNumber(lowest: number, highest = Number.MAX_SAFE_INTEGER) {
  const bounds =
    highest === Number.MAX_SAFE_INTEGER ? `of at least ${lowest}` : `from ${lowest} to ${highest}`
  const rule = `must be a whole number ${bounds}`
  const number = z
    .string(rule)
    .regex(/^\d{1,16}$/, rule)
    .transform(Number)
    .refine((value) => value >= lowest && value <= highest, rule)
  return documentedAs(number, { type: 'integer', minimum: lowest, maximum: highest })
}

/** How many runs or sessions a page has at most. */
export const pageLimit = wholeNumber(1, 200)
/** How many events or items one answer has at most. */
export const limit = wholeNumber(1, 1000)
export const sequence = wholeNumber(0)

const cursorRule = 'must be the `next_cursor` of an earlier answer'
export const cursor = z.string(cursorRule).regex(/^[\x21-\x7e]{1,500}$/, cursorRule)

const sessionCursorRule = 'must be `<run id>:<sequence>`, the id of an event already seen'
export const sessionCursor = documentedAs(
  z
    .string(sessionCursorRule)
    .regex(new RegExp(`${uuidPattern.source.slice(0, -1)}:\\d{1,16}$`, 'i'), sessionCursorRule),
  { type: 'string', description: `It ${sessionCursorRule}.` },
)
