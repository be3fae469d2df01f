import { Agent, Runner, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('wherever a model comes from, %s', (events) => {
  test('models by name are asked through the given provider, nested agents too', async () => {
    const hold = new Hold()
    const models: Record<string, TurnModel> = {
      big: new TurnModel([call('ask', { input: 'x' })], [call('wait')], (request) =>
        results(request).join(),
      ),
      small: new TurnModel('small says'),
    }
    const asked: (string | undefined)[] = []
    const modelProvider = {
      getModel: (name?: string) => {
        asked.push(name)
        return models[name ?? ''] as TurnModel
      },
    }
    const agent = () => {
      const nested = new Agent({ name: 'Nested', model: 'small' })
      const wait = notingTool('wait', [], async () => hold.here().then(() => 'waited'))
      const tools = [nested.asTool({ toolName: 'ask' }), wait]
      return new Agent({ name: 'Outer', model: 'big', tools })
    }
    const tools = { wait: { interrupted: 'rerun' } } as const
    const { run } = await killAndRecover({ agent, events, tools, modelProvider }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'small says #1,waited #3' })
    expect([models['big']?.calls, models['small']?.calls]).toEqual([3, 1])
    expect(new Set(asked)).toEqual(new Set(['big', 'small']))
  })

  test('a model given to a runner inside a tool, or to asTool, is recorded like any other', async () => {
    const hold = new Hold()
    const inner = new TurnModel('inner says')
    const configured = new TurnModel('configured says')
    const outer = new TurnModel(
      [call('ask'), call('ask_configured', { input: 'x' })],
      async (request) => hold.here().then(() => results(request).join()),
    )
    const agent = () => {
      const ask = tool({
        name: 'ask',
        description: 'asks',
        parameters: z.object({}),
        execute: async () => {
          const result = await new Runner({ model: inner }).run(new Agent({ name: 'Bare' }), 'x')
          await hold.here()
          return result.finalOutput
        },
      })
      const nested = new Agent({ name: 'Configured' })
      const asTool = nested.asTool({ toolName: 'ask_configured', runConfig: { model: configured } })
      return new Agent({ name: 'Outer', model: outer, tools: [ask, asTool] })
    }
    const tools = { ask: { interrupted: 'rerun' } } as const
    // The responses of all three, and what the configured one answered with.
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached, { recorded: 4 })
    expect(run).toMatchObject({ output: 'inner says #1,configured says #1 #2' })
    expect([inner.calls, configured.calls]).toEqual([1, 1])
  })
})
