import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import type { Seed } from './seed.ts'

const terminal = ['completed', 'failed', 'cancelled'] as const
const unfinished = ['pending', 'running', 'awaiting_approval'] as const

/** In half days, so that nothing lies on the edge of an age in whole days. */
const age = fc.integer({ min: 0, max: 12 }).map((days) => days + 0.5)
const size = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 5, max: 12 }))

const run = fc.record({
  how: fc.oneof(
    { weight: 8, arbitrary: fc.record({ status: fc.constantFrom(...terminal), age }) },
    {
      weight: 1,
      arbitrary: fc.record({ status: fc.constantFrom(...unfinished), age: fc.constant(null) }),
    },
  ),
  events: size.map((events) => events + 1),
  steps: size,
  approvals: fc.integer({ min: 0, max: 2 }),
})

const session = fc.record({ age, items: size, runs: fc.array(run, { maxLength: 4 }) })

/** Sessions of two owners with their runs. */
export const seeds: fc.Arbitrary<Seed> = fc
  .array(session, { minLength: 1, maxLength: 8 })
  .map((all) => {
    const made = all.map(({ age: used, items, runs }, n) => {
      const id = uuidv7()
      const owner = n % 2 === 0 ? 'ada' : 'ben'
      return {
        session: { id, owner, key: `s${n}`, age: used, items },
        runs: runs.map(({ how, ...rest }) => ({ ...how, ...rest, id: uuidv7(), sessionId: id })),
      }
    })
    return { sessions: made.map((one) => one.session), runs: made.flatMap((one) => one.runs) }
  })

const days = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined })

export const policies = fc
  .record(
    {
      eventsDays: days,
      stepsDays: days,
      runsDays: days,
      runsStatuses: fc.subarray([...terminal], { minLength: 1 }),
      sessionsDays: days,
      sessionsRequireEmpty: fc.boolean(),
      batchSize: fc.constantFrom(1, 7, 20, 500),
    },
    { requiredKeys: [] },
  )
  .filter(({ eventsDays, stepsDays, runsDays, sessionsDays }) =>
    [eventsDays, stepsDays, runsDays, sessionsDays].some((one) => one !== undefined),
  )
