import { Agent, handoff, run as runAgent } from '@openai/agents'
import { assistantMessage } from '@openai/agents/testing'
import { describe, expect, test } from 'vitest'
import { Hold, killAndRecover, modes, notingTool, runOnce } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('a durable run, %s', (events) => {
  test('leaves the items and the output that run() gives, killed or not', async () => {
    const plain = await runAgent(journey(new Hold(false)), 'Go')
    const { agentic, run } = await runOnce({ agent: () => journey(new Hold(false)), events })
    expect(run).toMatchObject({ status: 'completed', output: plain.finalOutput })
    const query = { owner: 'ada', key: 'chat' }
    expect(await agentic.sessions.items(query)).toEqual(asJson(plain.history))

    const hold = new Hold()
    const tools = { look: { interrupted: 'rerun' } } as const
    const story = { agent: () => journey(hold), events, tools }
    const lives = await killAndRecover(story, hold.reached)
    expect(lives.run).toMatchObject({ status: 'completed', output: plain.finalOutput })
    expect(await lives.second.sessions.items(query)).toEqual(asJson(plain.history))
  })
})

/** Tools in parallel, an agent as a tool and a handoff; everything it says is the same each time. */
function journey(hold: Hold): Agent {
  const look = notingTool('look', [], async (note) => hold.here().then(() => `saw ${note}`))
  const inner = new TurnModel([assistantMessage('inner says')])
  const nested = new Agent({ name: 'Inner', model: inner })
  const last = (request: Parameters<typeof results>[0]) => [
    assistantMessage(`Heard ${results(request).join(', ')}`),
  ]
  const expert = new TurnModel([], [], [call('look', { note: 'c' }, 'call_c')], last)
  const target = new Agent({ name: 'Expert', model: expert, tools: [look] })
  const model = new TurnModel(
    [call('ask', { input: 'x' }, 'call_a'), call('look', { note: 'b' }, 'call_b')],
    [call('transfer_to_Expert', {}, 'call_h')],
  )
  const tools = [nested.asTool({ toolName: 'ask' }), look]
  return Agent.create({ name: 'Lead', model, tools, handoffs: [handoff(target)] })
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
