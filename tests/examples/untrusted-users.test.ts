import { setDefaultModelProvider } from '@openai/agents'
import {
  assistantMessage,
  functionCall,
  modelResponse,
  ScriptedModel,
} from '@openai/agents/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { refunds } from '../../examples/shop.ts'
import { enterOwnFolder } from './own-folder.ts'

const { goHome } = enterOwnFolder()
const { agentic } = await import('../../examples/untrusted-users.ts')

beforeEach(() => refunds.clear())
afterAll(async () => {
  await agentic.close()
  goHome()
})

/** A model that was talked into calling this tool. */
function talkedInto(name: string, args: object): ScriptedModel {
  const call = functionCall(name, { ...args }, { callId: 'call_1' })
  const model = new ScriptedModel([
    modelResponse([call]),
    modelResponse([assistantMessage('Done.')]),
  ])
  setDefaultModelProvider({ getModel: () => model })
  return model
}

async function ask(owner: string, context: object = {}) {
  const run = await agentic.runs.submit({
    owner,
    session: 'shop',
    input: 'Please.',
    context: { ...context },
  })
  return agentic.runs.wait({ owner, id: run.id, until: 'pause' })
}

async function toolOutput(owner: string): Promise<string> {
  const items = await agentic.sessions.items({ owner, key: 'shop' })
  return JSON.stringify(
    items.filter(({ type }) => type === 'function_call_result').at(-1)?.['output'],
  )
}

test('whoever a client says to be, the tools act for the owner', async () => {
  talkedInto('find_order', { order: '43' })
  expect(await ask('ada', { id: 'bob', isStaff: true })).toMatchObject({ status: 'completed' })
  expect(await toolOutput('ada')).toContain('There is no such order.')
  talkedInto('find_order', { order: '41' })
  await ask('ada')
  expect(await toolOutput('ada')).toContain('900')
})

test('a tool of the staff is not there for others', async () => {
  const namesFor = async (owner: string) => {
    const model = talkedInto('find_order', { order: '41' })
    await ask(owner, { isStaff: true })
    return model.firstCall?.request.tools.map(({ name }) => name)
  }
  expect(await namesFor('ada')).toEqual(['find_order', 'refund'])
  expect(await namesFor('grace')).toEqual(['find_order', 'refund', 'list_orders'])
})

test('a dear refund waits for its customer, whom nobody else stands in for, and happens once', async () => {
  talkedInto('refund', { order: '42' })
  const { id, status } = await ask('ada')
  expect([status, refunds.size]).toEqual(['awaiting_approval', 0])
  const [approval] = await agentic.approvals.list({ owner: 'ada', runId: id })
  const decision = { id: approval!.id, decision: 'approve' } as const
  await expect(agentic.approvals.decide({ owner: 'bob', ...decision })).rejects.toMatchObject({
    code: 'not_found',
  })
  await agentic.approvals.decide({ owner: 'ada', ...decision })
  expect(await agentic.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
  expect([...refunds]).toEqual([[`${id}/r/m0/t0`, '42']])
})

test('an approval is no permission: the tool checks for itself', async () => {
  talkedInto('refund', { order: '44' })
  const { id } = await ask('ada')
  const [approval] = await agentic.approvals.list({ owner: 'ada', runId: id })
  await agentic.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
  expect(await agentic.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
  expect(await toolOutput('ada')).toContain('cannot be refunded')
  expect(refunds.size).toBe(0)
})
