import { setDefaultModelProvider } from '@openai/agents'
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing'
import { afterAll, expect, test } from 'vitest'
import { enterOwnFolder } from './own-folder.ts'

const { goHome } = enterOwnFolder()
const { agentic, waitingOf } = await import('../../examples/four-eyes.ts')

afterAll(async () => {
  await agentic.close()
  goHome()
})

test('a refund waits for somebody of the staff, who is not who asked for it', async () => {
  const model = new ScriptedModel([
    [functionCall('refund', { order: '42' }, { callId: 'call_1' })],
    [assistantMessage('Refunded.')],
  ])
  setDefaultModelProvider({ getModel: () => model })
  const run = await agentic.runs.submit({ owner: 'ada', session: 'shop', input: 'Refund 42.' })
  await agentic.runs.wait({ owner: 'ada', id: run.id, until: 'pause' })
  const [approval] = await agentic.approvals.list({ owner: 'ada' })
  expect(approval?.expiresAt).toBeGreaterThan(Date.now())
  expect(await waitingOf('ada')).toContain(`/agents/approvals/${approval?.id}/`)
  const decide = async (user: string) => {
    const headers = { 'x-user': user, 'content-type': 'application/json' }
    const body = '{"decision":"approve"}'
    const url = `http://shop.test/agents/approvals/${approval?.id}/`
    return (await agentic.fetch(new Request(url, { method: 'POST', headers, body }))).status
  }
  expect([await decide('ada'), await decide('bob'), await decide('grace')]).toEqual([403, 404, 200])
  const end = await agentic.runs.wait({ owner: 'ada', id: run.id })
  expect(end).toMatchObject({ status: 'completed', output: 'Refunded.' })
  const decided = await agentic.approvals.get({ owner: 'ada', id: String(approval?.id) })
  expect(decided).toMatchObject({ status: 'approved', decidedBy: 'grace' })
})
