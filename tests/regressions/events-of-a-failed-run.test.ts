import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

/** FIELD: the run failed after ten events, and none was kept. */
test('events of a failed run stay', async () => {
  const model = new TurnModel(callsTool('note', { n: 1 }, 'call_1'), () => {
    throw new Error('the model is gone')
  })
  const tools = [notedTool('note')]
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model, tools }) } })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('model is gone') })
  const events = await agentic.runs.events({ owner: 'ada', id })
  expect(events.map((event) => event.type)).toEqual([
    'run.created',
    'run.attempt_started',
    'tool_called',
    'tool_output',
    'run.failed',
  ])
  expect(await agentic.sessions.items({ owner: 'ada', key: 'chat' })).toEqual([])
})
