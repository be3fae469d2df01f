import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'

test('a retry is a new run with the same input, on fresh history', async () => {
  let isBroken = true
  const model = new TurnModel(({ input }) => {
    if (isBroken) throw new Error('not today')
    return `${input.length} items`
  })
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model }) } })
  const submitted = { session: 'chat', input: 'Hi', context: { from: 'here' } }
  const first = await agentic.runs.submit({ owner, ...submitted, config: { maxTurns: 3 } })
  const failed = await agentic.runs.wait({ owner, id: first.id })
  expect(failed.status).toBe('failed')
  isBroken = false
  const again = await agentic.runs.retry({ owner, id: first.id })
  expect(again).toMatchObject({
    retryOf: first.id,
    input: 'Hi',
    context: { from: 'here' },
    config: { maxTurns: 3 },
  })
  const run = await agentic.runs.wait({ owner, id: again.id })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
  expect(await agentic.runs.get({ owner, id: first.id })).toEqual(failed)
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toHaveLength(2)
})

test('a run that has not ended cannot be retried', async () => {
  const agentic = instance({ concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await expect(agentic.runs.retry({ owner, id })).rejects.toMatchObject({
    code: 'run_not_finished',
    status: 409,
  })
  await expect(agentic.runs.retry({ owner: 'bob', id })).rejects.toMatchObject({
    code: 'not_found',
  })
})
