import { fields } from '../http/fields.ts'
import { decideFields } from '../http/routes/decide-approval.ts'
import { chosenIds, confirmed } from './chosen.ts'

/** What the forms that decide approvals send: as one says it of one approval, of those that were chosen. */
export const decisionFields = fields({ ...decideFields.shape, chosen: chosenIds, confirmed })
