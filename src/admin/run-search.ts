import { z } from 'zod'
import type { AdminRunFilter } from '../core/admin.ts'
import { runStatuses } from '../core/run.ts'
import { blankable, momentOfUtc, ownerText, pageCursor, shortText, toMs } from './fields.ts'

/** What the form above the list of runs asks. */
export const runSearch = z.object({
  status: blankable(z.enum(runStatuses, `must be one of ${runStatuses.join(', ')}`)),
  agent: shortText,
  owner: ownerText,
  session: shortText,
  from: momentOfUtc,
  to: momentOfUtc,
  text: shortText,
  cursor: pageCursor,
})

export type RunSearch = z.output<typeof runSearch>

export function toFilter(search: RunSearch): AdminRunFilter {
  const { from, to, cursor: _, ...rest } = search
  return { ...rest, since: toMs(from), until: toMs(to) }
}
