import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { lastText } from '../support/held-agent.ts'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'

test('at most one run of a session is active, and history is in the order of runs', async () => {
  const database = temporaryDatabase()
  let active = 0
  let most = 0
  const model = new TurnModel(async (request) => {
    active += 1
    most = Math.max(most, active)
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve))
    active -= 1
    return `to ${lastText(request)}`
  })
  const agents = { assistant: () => new Agent({ name: 'A', model }) }
  const both = [1, 2].map(() => instance({ database, agents, durability: 'normal' }))
  const ids: string[] = []
  for (let n = 0; n < 12; n += 1) {
    const input = `question ${n}`
    ids.push((await both[n % 2]!.runs.submit({ owner, session: 'chat', input })).id)
  }
  for (const id of ids) await both[0]!.runs.wait({ owner, id })
  expect(most).toBe(1)
  const items = await both[1]!.sessions.items({ owner, key: 'chat' })
  const questions = items.filter((item) => item['role'] === 'user').map((item) => item['content'])
  expect(questions).toEqual(ids.map((_, n) => `question ${n}`))
  expect(items).toHaveLength(24)
})

test('no call is kept without its result', async () => {
  const inside = deferred()
  const model = new TurnModel(() => callsTool('hang', { n: 1 }, 'call_1'), 'never')
  const execute = async () => {
    inside.resolve()
    return new Promise(() => {})
  }
  const tools = [notedTool('hang', { execute })]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    cancelGraceSeconds: 0,
  })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Go' })
  await inside.promise
  await agentic.runs.cancel({ owner, id })
  expect((await agentic.runs.wait({ owner, id })).status).toBe('cancelled')
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toEqual([])
})
