import { setDefaultModelProvider } from '@openai/agents'
import {
  assistantMessage,
  functionCall,
  modelResponse,
  ScriptedModel,
} from '@openai/agents/testing'
import { afterAll, expect, test } from 'vitest'
import { enterOwnFolder } from './own-folder.ts'

const { goHome } = enterOwnFolder()
const { agentic, refundOrder } = await import('../../examples/first-run.ts')

afterAll(async () => {
  await agentic.close()
  goHome()
})

test('the example of the README runs, and its tool has a key of its own', async () => {
  const model = new ScriptedModel([
    modelResponse([functionCall('refund', { order: '42' }, { callId: 'call_1' })]),
    modelResponse([assistantMessage('Order 42 is refunded.')]),
  ])
  setDefaultModelProvider({ getModel: () => model })
  const run = await refundOrder('ada', '42')
  expect(run).toMatchObject({ status: 'completed', output: 'Order 42 is refunded.' })
  const items = await agentic.sessions.items({ owner: 'ada', key: 'orders' })
  expect(JSON.stringify(items)).toContain(`Refunded 42 once, as ${run.id}/r/m0/t0.`)
})

test('the example refuses who is not signed in', async () => {
  const answer = await agentic.fetch(new Request('http://localhost/agents/runs/'))
  expect(answer.status).toBe(401)
})
