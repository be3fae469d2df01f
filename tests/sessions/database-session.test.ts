import { Agent, MemorySession, run, type AgentInputItem } from '@openai/agents'
import { DatabaseSession } from 'agentic-node'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const user = (content: string): AgentInputItem => ({ type: 'message', role: 'user', content })

function newAgent() {
  const model = new TurnModel(
    (_request, call) => callsTool('note', { n: 1 }, `call_${call}`),
    'noted',
  )
  return { model, agent: new Agent({ name: 'A', model, tools: [notedTool('note')] }) }
}

test('it does what the SDK’s own session does', async () => {
  const agentic = instance({ concurrency: 0 })
  const ours = new DatabaseSession(agentic, { owner, session: 'chat' })
  const theirs = new MemorySession()
  for (const session of [ours, theirs]) {
    expect(await session.getItems()).toEqual([])
    expect(await session.popItem()).toBeUndefined()
    await session.addItems([user('1'), user('2'), user('3')])
    expect(await session.getItems()).toEqual([user('1'), user('2'), user('3')])
    expect(await session.getItems(2)).toEqual([user('2'), user('3')])
    expect(await session.getItems(0)).toEqual([])
    expect(await session.popItem()).toEqual(user('3'))
    expect(await session.getItems()).toEqual([user('1'), user('2')])
    await session.clearSession()
    expect(await session.getItems()).toEqual([])
  }
  expect(await ours.getSessionId()).toBe('chat')
})

test.each([false, true])(
  'the SDK’s own run() continues a conversation with it (stream: %s)',
  async (stream) => {
    const agentic = instance({ concurrency: 0 })
    const session = new DatabaseSession(agentic, { owner, session: 'chat' })
    const { agent, model } = newAgent()
    const ask = async (text: string) => {
      if (!stream) return run(agent, text, { session })
      const result = await run(agent, text, { session, stream: true })
      await result.completed
      return result
    }
    await ask('First')
    await ask('Second')
    const items = await agentic.sessions.items({ owner, key: 'chat' })
    const shapes = items.map((item) => String(item['role'] ?? item['type']))
    const turn = ['user', 'function_call', 'function_call_result', 'assistant']
    expect(shapes).toEqual([...turn, ...turn])
    expect(model.requests.map(({ input }) => input.length)).toEqual([1, 3, 5, 7])
  },
)

test('a durable run goes on where run() stopped, and the reverse', async () => {
  const { agent, model } = newAgent()
  const agentic = instance({ agents: { assistant: () => agent } })
  const session = new DatabaseSession(agentic, { owner, session: 'chat' })
  await run(agent, 'First', { session })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Second' })
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  await run(agent, 'Third', { session })
  expect(model.requests.map(({ input }) => input.length)).toEqual([1, 3, 5, 7, 9, 11])
})
