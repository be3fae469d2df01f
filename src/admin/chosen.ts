import { z } from 'zod'

/** How many things are acted on at once. */
export const mostChosen = 200

const uuidRule = 'must be ids, one or more'
const uuid = z.string(uuidRule).regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, uuidRule)

/**
 * What boxes of a form that have the same name chose: one comes as a text, more as a list; none chose nothing. That name
 * is not `id`: the field would hide the form's own from htmx, which then makes the form anew, and who types in it starts
 * again.
 */
export const chosenIds = z
  .union([uuid.transform((id) => [id]), z.array(uuid)], uuidRule)
  .default([])
  .transform((ids) => [...new Set(ids)])
  .refine((ids) => ids.length <= mostChosen, `must be ${mostChosen} at most`)

/** A new one on each page that asks whether it is meant. */
export const once = uuid.optional()

/** The button of the page that asks whether it is meant. */
export const confirmed = z.literal('yes', 'must be "yes"').optional()
