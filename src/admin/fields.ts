import { z } from 'zod'
import { beginsWithDay } from '../core/calendar-day.ts'
import { cursor } from '../http/fields.ts'
import { described } from '../http/documented.ts'

/** A field of a form that may be left empty. */
export function blankable<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
}

const textRule = 'must be text of 255 characters at most'
export const shortText = blankable(z.string(textRule).trim().max(255, textRule))
/** An owner is whatever the app says it is, spaces around it too. */
export const ownerText = blankable(z.string(textRule).max(255, textRule))
export const pageCursor = blankable(cursor)

const momentRule = 'must be a date and time like 2026-11-26T17:54'
/** As `datetime-local` sends it, taken for UTC. */
export const momentOfUtc = blankable(
  described(
    z
      .string(momentRule)
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, momentRule)
      .refine((text) => beginsWithDay(text) && !Number.isNaN(Date.parse(`${text}Z`)), momentRule),
    'Of UTC.',
  ),
)

export function toMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(`${text}Z`)
}

/** As a field of `datetime-local` takes it. */
export function toField(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16)
}
