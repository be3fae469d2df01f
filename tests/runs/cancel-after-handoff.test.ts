import { Agent, type Model, type ModelRequest } from '@openai/agents'
import { functionCall, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { expect, test } from 'vitest'
import { deferred, instance } from '../support/instance.ts'

/** Answers nothing until it is stopped. */
function silentModel(asked: () => void): Model {
  const wait = async ({ signal }: ModelRequest): Promise<never> => {
    asked()
    return new Promise((_, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
    )
  }
  return {
    getResponse: wait,
    async *getStreamedResponse(request) {
      yield await wait(request)
    },
  }
}

test('a run cancelled right after a handoff keeps the handoff, call and result', async () => {
  const asked = deferred()
  const front = () => {
    const call = functionCall('transfer_to_Silent', {}, { callId: 'call_1' })
    const model = new ScriptedModel([modelResponse([call])])
    const silent = new Agent({ name: 'Silent', model: silentModel(() => asked.resolve()) })
    return new Agent({ name: 'Front', model, handoffs: [silent] })
  }
  const { runs, sessions } = instance({ agents: { assistant: front } })
  const { id } = await runs.submit({ owner: 'ada', session: 'chat', input: 'Over to you' })
  await asked.promise
  await runs.cancel({ owner: 'ada', id })
  expect(await runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'cancelled' })
  const items = await sessions.items({ owner: 'ada', key: 'chat' })
  expect(items).toMatchObject([
    { role: 'user' },
    { type: 'function_call', callId: 'call_1' },
    {
      type: 'function_call_result',
      callId: 'call_1',
      output: { type: 'text', text: '{"assistant":"Silent"}' },
    },
  ])
})
