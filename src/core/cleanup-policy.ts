import { z } from 'zod'
import type { CleanupPolicy } from './cleanup.ts'
import { AgenticError } from './errors.ts'
import { wrongSetting } from './wrong-setting.ts'

const daysRule = 'a number of days above 0 and up to 36,500'
const days = z.number(daysRule).gt(0, daysRule).max(36_500, daysRule).optional()
const statusesRule =
  'a list of "completed", "failed" and "cancelled": a run that has not ended is never deleted'
const batchRule = 'a whole number from 1 to 10,000'
const hoursRule = 'a number of hours above 0 and up to 8,760'

const policyShape = {
  eventsDays: days,
  stepsDays: days,
  runsDays: days,
  runsStatuses: z
    .array(z.enum(['completed', 'failed', 'cancelled'], statusesRule), statusesRule)
    .min(1, statusesRule)
    .optional(),
  sessionsDays: days,
  sessionsRequireEmpty: z.boolean('true or false').optional(),
  batchSize: z.int(batchRule).min(1, batchRule).max(10_000, batchRule).optional(),
}

export const cleanupSchema = z.strictObject({
  ...policyShape,
  everyHours: z.number(hoursRule).gt(0, hoursRule).max(8_760, hoursRule).optional(),
})

export type CleanupConfig = Required<
  Pick<CleanupPolicy, 'runsStatuses' | 'sessionsRequireEmpty' | 'batchSize'>
> &
  Record<'eventsDays' | 'stepsDays' | 'runsDays' | 'sessionsDays', number | null>

/** A policy over another: what it names wins. */
export function resolvePolicy(setting: CleanupPolicy, policy: CleanupPolicy = {}): CleanupConfig {
  const asked = { cleanup: policy }
  const parsed = z.strictObject({ cleanup: z.strictObject(policyShape) }).safeParse(asked)
  if (!parsed.success) {
    throw new AgenticError('invalid_request', wrongSetting(asked, parsed.error).message)
  }
  const given = Object.entries(parsed.data.cleanup).filter(([, value]) => value !== undefined)
  const both: CleanupPolicy = { ...setting, ...Object.fromEntries(given) }
  return {
    eventsDays: both.eventsDays ?? null,
    stepsDays: both.stepsDays ?? null,
    runsDays: both.runsDays ?? null,
    runsStatuses: [
      ...new Set(both.runsStatuses ?? (['completed', 'failed', 'cancelled'] as const)),
    ],
    sessionsDays: both.sessionsDays ?? null,
    sessionsRequireEmpty: both.sessionsRequireEmpty ?? true,
    batchSize: both.batchSize ?? 500,
  }
}

/** Whether it says that something goes. */
export function hasAge(policy: CleanupPolicy | CleanupConfig): boolean {
  const { eventsDays, stepsDays, runsDays, sessionsDays } = policy
  return [eventsDays, stepsDays, runsDays, sessionsDays].some((age) => typeof age === 'number')
}
