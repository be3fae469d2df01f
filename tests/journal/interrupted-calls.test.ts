import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import type { AgenticOptions } from 'agentic-node'
import { Hold, killAndRecover, modes, notingTool, type Mode } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('a tool call that was cut off, %s', (events) => {
  test('is reported to the model and not made again, unless declared otherwise', async () => {
    const { lives, effects, model } = await cutOff(events)
    expect(effects).toEqual(['pay:100'])
    expect(lives.run).toMatchObject({ status: 'completed' })
    expect(results(model.requests[1]!)).toEqual([
      expect.stringMatching(/pay was interrupted by a crash.*may or may not have happened/),
    ])
    const output = lives.events.find(({ type }) => type === 'tool_output')
    expect(output?.payload).toMatchObject({
      tool_name: 'pay',
      output: expect.stringContaining('interrupted'),
    })
  })

  test('under `rerun` is made again', async () => {
    const { lives, effects } = await cutOff(events, { interrupted: 'rerun' })
    expect(effects).toEqual(['pay:100', 'pay:100'])
    expect(lives.run).toMatchObject({ status: 'completed', output: 'paid 100 #2' })
  })

  test('under `fail` ends the run, naming the call', async () => {
    const { lives, effects } = await cutOff(events, { interrupted: 'fail' })
    expect(effects).toEqual(['pay:100'])
    expect(lives.run).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
    expect(lives.run).toMatchObject({ error: expect.stringContaining('`pay` at r/m0/t0') })
  })

  test('inside a nested agent is reported to that agent', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const outer = new TurnModel([call('ask', { input: 'pay' })], (request) =>
      results(request).join(),
    )
    const inner = new TurnModel([call('pay', { note: '100' })], 'told')
    const agent = () => {
      const pay = notingTool('pay', effects, async () => hold.here())
      const nested = new Agent({ name: 'Payer', model: inner, tools: [pay] })
      return new Agent({ name: 'Lead', model: outer, tools: [nested.asTool({ toolName: 'ask' })] })
    }
    const { run } = await killAndRecover({ agent, events }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'told #2 #2' })
    expect(effects).toEqual(['pay:100'])
    expect(results(inner.requests[1]!)[0]).toContain('interrupted by a crash')
  })
})

/** A run killed inside the tool `pay`, and recovered. */
async function cutOff(events: Mode, policy?: { interrupted: 'report' | 'rerun' | 'fail' }) {
  const hold = new Hold()
  const effects: string[] = []
  const model = new TurnModel([call('pay', { note: '100' })], (request) => results(request).join())
  const agent = () => {
    const pay = notingTool('pay', effects, async (note) => hold.here().then(() => `paid ${note}`))
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  const tools: AgenticOptions['tools'] = policy === undefined ? {} : { pay: policy }
  const lives = await killAndRecover({ agent, events, tools }, hold.reached)
  hold.release()
  await lives.first.close()
  const query = { owner: 'ada', id: lives.run.id }
  expect(await lives.second.runs.get(query)).toEqual(lives.run)
  expect(await lives.second.runs.events({ ...query, limit: 1000 })).toEqual(lives.events)
  return { lives, effects, model }
}
