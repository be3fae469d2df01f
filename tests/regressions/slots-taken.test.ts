import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance } from '../support/instance.ts'

/** FIELD: a run that was enqueued while all slots were taken stayed pending for ever. */
test.each([
  ['owner', { ownerConcurrency: 1 }],
  ['agent', { agentConcurrency: 1 }],
  ['total', { totalConcurrency: 1 }],
])('a run refused for lack of a slot of its %s starts when a slot frees', async (_kind, limits) => {
  const held = new HeldAgent()
  const agentic = instance({
    agents: { assistant: held.factory },
    limits,
    // Nobody sweeps during the test: the end of the first run alone must start the second.
    lease: { seconds: 600, sweepSeconds: 600 },
  })
  const submit = async (session: string) =>
    agentic.runs.submit({ owner: 'ada', session, input: session })
  const first = await submit('one')
  await held.reached('one')
  const second = await submit('two')
  expect((await agentic.runs.get({ owner: 'ada', id: second.id })).status).toBe('pending')
  held.release('one')
  await agentic.runs.wait({ owner: 'ada', id: first.id })
  await held.reached('two')
  held.release('two')
  expect((await agentic.runs.wait({ owner: 'ada', id: second.id })).status).toBe('completed')
})
