import { Agent, handoff } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('handoffs, %s', (events) => {
  test('happen once, and replay goes on with the agent that was handed over to', async () => {
    const hold = new Hold()
    const handed: unknown[] = []
    const desk = new TurnModel([call('transfer_to_Expert', { reason: 'hard' })])
    const expert = new TurnModel(
      'never asked',
      [call('think')],
      (request) => results(request).at(-1) ?? '',
    )
    const agent = () => {
      const target = new Agent({
        name: 'Expert',
        model: expert,
        tools: [notingTool('think', [], async () => hold.here().then(() => 'thought'))],
      })
      const over = handoff(target, {
        inputType: z.object({ reason: z.string() }),
        onHandoff: (_context, input) => {
          handed.push(input)
        },
      })
      return Agent.create({ name: 'Desk', model: desk, handoffs: [over] })
    }
    const tools = { think: { interrupted: 'rerun' } } as const
    const { run, events: log } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'thought #2' })
    expect(handed).toEqual([{ reason: 'hard' }])
    expect([desk.calls, expert.calls]).toEqual([1, 2])
    const kinds = log.map(({ type }) => type)
    for (const once of ['handoff_requested', 'handoff_occurred', 'agent_updated'] as const) {
      expect(kinds.filter((kind) => kind === once)).toHaveLength(1)
    }
  })
})
