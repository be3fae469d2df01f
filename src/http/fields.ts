import { z } from 'zod'
import { sessionKeyPattern } from '../core/session.ts'
import { described, documentedAs } from './documented.ts'

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

// Without flags, which a pattern of JSON Schema has none of.
const uuidPattern = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/
export const uuid = () =>
  documentedAs(z.string().regex(uuidPattern), { type: 'string', format: 'uuid' })

const sessionKeyRule = 'must be text of 1 to 255 letters A-Z a-z, digits, `-` or `_`'
export const sessionKey = described(
  z.string(sessionKeyRule).regex(sessionKeyPattern, sessionKeyRule),
  'Names a session of the caller.',
)

export const runParams = z.object({ run_id: described(uuid(), 'Of a run.') })
export const approvalParams = z.object({ approval_id: described(uuid(), 'Of an approval.') })
export const sessionParams = z.object({ session_key: sessionKey })

const idempotencyKeyRule = 'must be text of 1 to 255 printable ASCII characters'
export const idempotencyKey = described(
  z.string(idempotencyKeyRule).regex(/^[\x20-\x7e]{1,255}$/, idempotencyKeyRule),
  'The same key again is answered with the first run.',
)

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
export const pageLimit = described(wholeNumber(1, 200), 'How many at most.')
/** How many events or items one answer has at most. */
export const limit = described(wholeNumber(1, 1000), 'How many at most.')
export const sequence = wholeNumber(0)

const cursorRule = 'must be the `next_cursor` of an earlier answer'
export const cursor = described(
  z.string(cursorRule).regex(/^[\x21-\x7e]{1,500}$/, cursorRule),
  'The `next_cursor` of the page before.',
)

export const approvalCursor = described(
  z.string(cursorRule).regex(uuidPattern, cursorRule),
  'The `next_cursor` of the page before.',
)

export const seenVersion = described(
  z.string().max(200).optional(),
  'The version of the fragment that the page shows.',
)

const sessionCursorRule = 'must be `<run id>:<sequence>`, the id of an event already seen'
export const sessionCursor = described(
  z
    .string(sessionCursorRule)
    .regex(new RegExp(`${uuidPattern.source.slice(0, -1)}:\\d{1,16}$`), sessionCursorRule),
  '`<run id>:<sequence>`, the id of the last event already seen.',
)
