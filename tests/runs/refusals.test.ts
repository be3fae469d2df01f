import { Agent } from '@openai/agents'
import { modelError, ScriptedModel } from '@openai/agents/testing'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'

test('an unknown `whenBusy` is refused and interrupts nobody', async () => {
  const { runs } = instance()
  const submit = { owner: 'ada', session: 'chat', input: 'Hi' }
  const typo = 'enqeue' as 'enqueue'
  await expect(runs.submit({ ...submit, whenBusy: typo })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('"enqueue", "reject" and "interrupt"'),
  })
})

test('what is no JSON is refused by its name', async () => {
  const { runs } = instance()
  const submit = { owner: 'ada', session: 'chat', input: 'Hi' }
  for (const [name, wrong] of [
    ['context', { context: { amount: 5n } }],
    ['input', { input: [{ role: 'user', content: 5n }] }],
  ] as const) {
    await expect(runs.submit({ ...submit, ...(wrong as object) })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(new RegExp(`^.${name}. cannot be kept as JSON .*BigInt`)),
    })
  }
  expect((await runs.list({ owner: 'ada' })).data).toEqual([])
})

test('a body with a very long list is answered, not a crash of ours', async () => {
  const agentic = instance()
  const body = { session_key: 'a', input: 'x', context: Array.from({ length: 200_000 }, () => 0) }
  const answer = await agentic.fetch(
    new Request('http://localhost/agents/runs/', {
      method: 'POST',
      headers: { 'x-user': 'ada', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
  expect(answer.status).toBe(200)
})

test.each(['items', 'deltas'] as const)(
  'a run whose model broke off failed by its model, %s',
  async (events) => {
    const broken = () => {
      const model = new ScriptedModel([modelError(new TypeError('terminated'))])
      return new Agent({ name: 'Broken', model })
    }
    const { runs } = instance({ agents: { assistant: broken }, events })
    const { id } = await runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    expect(await runs.wait({ owner: 'ada', id })).toMatchObject({
      status: 'failed',
      errorCode: 'model_error',
      error: 'TypeError: terminated',
    })
  },
)

test('items that are no objects are not taken into a session', async () => {
  const { sessions } = instance()
  const items = [5, null] as never
  await expect(sessions.add({ owner: 'ada', key: 'chat', items })).rejects.toMatchObject({
    code: 'invalid_input',
  })
})
