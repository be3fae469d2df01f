import { Agent, Runner } from '@openai/agents'
import { expect, onTestFinished, test, vi } from 'vitest'
import { notingTool, runOnce } from '../support/lives.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

test('two copies of this package over one SDK patch it once and do not record for each other', async () => {
  const effects: string[] = []
  const inner = new TurnModel([call('work', { note: 'x' })], 'inner')
  const model = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
  const nested = new Agent({ name: 'Inner', model: inner, tools: [notingTool('work', effects)] })
  const agent = new Agent({ name: 'Shared', model, tools: [nested.asTool({ toolName: 'ask' })] })
  const { agentic, run } = await runOnce({ agent: () => agent, events: 'deltas' })
  expect(run).toMatchObject({ status: 'completed', output: 'inner #2 #2' })
  const patched = Runner.prototype.run

  vi.resetModules()
  const copy = await import('agentic-node')
  const other = copy.createAgentic({
    agents: { assistant: () => agent },
    owner: () => 'ada',
    database: temporaryDatabase(),
  })
  onTestFinished(async () => other.close())
  const submitted = await other.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const second = await other.runs.wait({ owner: 'ada', id: submitted.id })
  expect(second).toMatchObject({ status: 'completed', output: 'inner #4 #4' })
  expect(second.usage.requests).toBe(4)
  expect(Runner.prototype.run).toBe(patched)
  expect(effects).toEqual(['work:x', 'work:x'])
  expect(await agentic.runs.get({ owner: 'ada', id: run.id })).toEqual(run)
})
