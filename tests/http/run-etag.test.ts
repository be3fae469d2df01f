import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stateOf, type Run } from '../../src/core/run.ts'
import { runEtag } from '../../src/http/run-etag.ts'
import { runJson } from '../../src/http/wire.ts'

const count = fc.integer({ min: 0, max: 3 })
const moment = fc.option(count)

/** What never changes about a run, and what came of it when it has ended. */
const same = {
  id: '01890000-0000-7000-8000-000000000001',
  owner: 'ada',
  sessionKey: 'chat',
  agentKey: 'desk',
  input: 'Hi',
  config: {},
  context: null,
  createdAt: 0,
  retryOf: null,
}
const outcomes = [
  { status: 'completed', output: 'Done', finishedAt: 9 },
  { status: 'failed', error: 'Error: no', errorCode: 'agent_error', finishedAt: 9 },
  { status: 'cancelled', finishedAt: 9 },
] as const
const where = fc.oneof(
  fc.option(fc.constant('another')).map((blockedBy) => ({ status: 'pending', blockedBy }) as const),
  count.map((startedAt) => ({ status: 'running', startedAt }) as const),
  count.map((startedAt) => ({ status: 'awaiting_approval', startedAt }) as const),
  fc.constantFrom(...outcomes),
)
const usage = fc.record({
  requests: count,
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
})
const changing = fc.record({
  attempt: count,
  usage,
  lastSequence: count,
  startedAt: moment,
  cancelRequestedAt: moment,
})
const run = fc.tuple(changing, where).map(([facts, rest]): Run => ({ ...same, ...facts, ...rest }))

test('two states of a run have the same ETag only where its JSON is the same', () => {
  fc.assert(
    fc.property(run, run, (one, other) => {
      const isSame = JSON.stringify(runJson(one)) === JSON.stringify(runJson(other))
      if (!isSame) expect(runEtag(stateOf(one))).not.toBe(runEtag(stateOf(other)))
    }),
    { numRuns: 5000 },
  )
})

test('no change of one fact alone leaves the ETag as it was', () => {
  const keys = ['attempt', 'usage', 'lastSequence', 'startedAt', 'cancelRequestedAt'] as const
  fc.assert(
    fc.property(run, changing, fc.constantFrom(...keys), (one, facts, key) => {
      const other = { ...one, [key]: facts[key] }
      const isSame = JSON.stringify(runJson(one)) === JSON.stringify(runJson(other))
      if (!isSame) expect(runEtag(stateOf(one))).not.toBe(runEtag(stateOf(other)))
    }),
    { numRuns: 5000 },
  )
})
