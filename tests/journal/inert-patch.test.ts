import { Agent, handoff, run as runAgent, Runner, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { patchSdk } from '../../src/journal/patch.ts'
import { Hold, modes, notingTool, runOnce, secondLife } from '../support/lives.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const stream = [false, true] as const

describe('the patched SDK outside of durable runs', () => {
  test.each(stream)(
    'behaves as before, with objects that durable runs used, streamed: %s',
    async (streamed) => {
      const effects: string[] = []
      const model = new TurnModel(
        [call('ask', { input: 'x' }), call('work', { note: 'a' }), call('asked', { note: 'b' })],
        (request) => results(request).join(', '),
      )
      const inner = new TurnModel('inner')
      const asked = notingTool('asked', effects)
      asked.needsApproval = async (_context, input) => input.note === 'never'
      const nested = new Agent({ name: 'Inner', model: inner })
      const tools = [nested.asTool({ toolName: 'ask' }), notingTool('work', effects), asked]
      const agent = new Agent({ name: 'Shared', model, tools })
      const { run } = await runOnce({ agent: () => agent, events: 'items' })
      expect(run).toMatchObject({ output: 'inner #1, done a, done b #2' })

      const plain = streamed ? await streamedRun(agent) : await runAgent(agent, 'Go')
      expect(plain.finalOutput).toBe('inner #2, done a, done b #4')
      expect(effects).toEqual(['work:a', 'asked:b', 'work:a', 'asked:b'])
      expect(plain.rawResponses).toHaveLength(2)
    },
  )

  test('still ends a plain run for an approval', async () => {
    const model = new TurnModel([call('asked', { note: 'b' })], (request) =>
      results(request).join(),
    )
    const effects: string[] = []
    const asked = notingTool('asked', effects)
    asked.needsApproval = async () => true
    const agent = new Agent({ name: 'Shared', model, tools: [asked] })
    const { run } = await runOnce({ agent: () => agent, events: 'items' })
    expect(run.status).toBe('awaiting_approval')
    const waiting = await runAgent(agent, 'Go')
    expect(waiting.interruptions).toHaveLength(1)
    waiting.state.approve(waiting.interruptions[0]!)
    expect((await runAgent(agent, waiting.state)).finalOutput).toBe('done b #3')
    expect(effects).toEqual(['asked:b'])
  })

  test('hands over and guards plain runs', async () => {
    const seen: string[] = []
    const target = new Agent({ name: 'Target', model: new TurnModel('x', 'there') })
    const over = handoff(target, { onHandoff: () => void seen.push('handoff') })
    const guardrail = {
      name: 'g',
      execute: async () => {
        seen.push('guardrail')
        return { tripwireTriggered: false, outputInfo: null }
      },
    }
    const model = new TurnModel([call('transfer_to_Target')])
    const agent = Agent.create({ name: 'S', model, handoffs: [over], inputGuardrails: [guardrail] })
    const { run } = await runOnce({ agent: () => agent, events: 'items' })
    expect(run).toMatchObject({ output: 'there #1' })
    expect((await runAgent(agent, 'Go')).finalOutput).toBe('there #2')
    expect(seen).toEqual(['guardrail', 'handoff', 'guardrail', 'handoff'])
  })

  test('made twice is made once', async () => {
    patchSdk()
    const once = [
      Runner.prototype.run,
      Agent.prototype.getAllTools,
      Agent.prototype.getEnabledHandoffs,
    ]
    patchSdk()
    expect([
      Runner.prototype.run,
      Agent.prototype.getAllTools,
      Agent.prototype.getEnabledHandoffs,
    ]).toEqual(once)
    const model = new TurnModel([call('work', { note: 'x' })], (request) => results(request).join())
    const effects: string[] = []
    const agent = new Agent({ name: 'A', model, tools: [notingTool('work', effects)] })
    const { run } = await runOnce({ agent: () => agent, events: 'deltas' })
    expect(run).toMatchObject({ status: 'completed', output: 'done x #2' })
    expect(effects).toEqual(['work:x'])
  })
})

describe.each(modes)('two instances in one process, %s', (events) => {
  test('that share every object do not notice each other', async () => {
    const hold = new Hold()
    const seen: string[] = []
    const model = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
    const inner = new TurnModel([call('meet')], (request) => results(request).join())
    const meet = tool({
      name: 'meet',
      description: 'meets',
      parameters: z.object({}),
      execute: async () => {
        seen.push('meet')
        if (seen.length === 2) hold.release()
        await hold.here()
        return 'met'
      },
    })
    const nested = new Agent({ name: 'Inner', model: inner, tools: [meet] })
    const agent = new Agent({ name: 'A', model, tools: [nested.asTool({ toolName: 'ask' })] })
    const story = { agent: () => agent, events }
    const instances = [temporaryDatabase(), temporaryDatabase()].map((file) =>
      secondLife(story, file),
    )
    const runs = await Promise.all(
      instances.map(async (agentic) => {
        const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
        return agentic.runs.wait({ owner: 'ada', id })
      }),
    )
    expect(runs.map(({ status }) => status)).toEqual(['completed', 'completed'])
    expect(runs.map(({ usage }) => usage.requests)).toEqual([4, 4])
    expect([model.calls, inner.calls]).toEqual([4, 4])
    for (const [n, agentic] of instances.entries()) {
      const log = await agentic.runs.events({ owner: 'ada', id: runs[n]!.id })
      expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_event, at) => at + 1))
      expect(log.filter(({ type }) => type === 'tool_output')).toHaveLength(2)
    }
  })
})

async function streamedRun(agent: Agent) {
  const result = await runAgent(agent, 'Go', { stream: true })
  await result.completed
  return result
}
