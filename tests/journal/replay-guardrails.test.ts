import { Agent, run } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, killAndRecover, modes, notingTool, runOnce } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('guardrails, %s', (events) => {
  test('verdicts and the model answers behind them are recorded, in parallel too', async () => {
    const hold = new Hold()
    const judged: string[] = []
    const judge = new TurnModel(async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
      return 'fine'
    })
    const model = new TurnModel([call('work')], (request) => results(request).join())
    const plain = (name: string) => ({
      name,
      execute: async () => {
        judged.push(name)
        return { tripwireTriggered: false, outputInfo: `${name} said yes` }
      },
    })
    const asking = (name: string) => ({
      name,
      execute: async ({ input, agentOutput }: { input?: unknown; agentOutput?: unknown }) => {
        const verdict = await run(
          new Agent({ name, model: judge }),
          `${name}: ${JSON.stringify(input ?? agentOutput)}`,
        )
        return { tripwireTriggered: false, outputInfo: verdict.finalOutput }
      },
    })
    const agent = () =>
      new Agent({
        name: 'Guarded',
        model,
        tools: [notingTool('work', [], async () => hold.here().then(() => 'worked'))],
        inputGuardrails: [asking('first'), plain('second'), asking('third'), plain('fourth')],
        outputGuardrails: [plain('fifth'), asking('sixth')],
      })
    const tools = { work: { interrupted: 'rerun' } } as const
    const { run: ended } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(ended).toMatchObject({ status: 'completed', output: 'worked #2' })
    expect(judged).toEqual(['second', 'fourth', 'fifth'])
    expect(judge.calls).toBe(3)
  })

  test('a guardrail that trips fails the run and says so', async () => {
    const model = new TurnModel('Hello')
    const trip = {
      name: 'no greetings',
      execute: async () => ({ tripwireTriggered: true, outputInfo: 'greeting' }),
    }
    const agent = () => new Agent({ name: 'Guarded', model, outputGuardrails: [trip] })
    const { run: ended } = await runOnce({ agent, events })
    expect(ended).toMatchObject({ status: 'failed', errorCode: 'guardrail' })
  })

  test('an answer that an output guardrail looks at is recorded before it is looked at', async () => {
    const hold = new Hold()
    const model = new TurnModel('Hello')
    const looked: unknown[] = []
    const agent = () =>
      new Agent({
        name: 'Guarded',
        model,
        outputType: z.object({ word: z.string() }),
        outputGuardrails: [
          {
            name: 'look',
            execute: async ({ agentOutput }) => {
              looked.push(agentOutput)
              await hold.here()
              return { tripwireTriggered: false, outputInfo: null }
            },
          },
        ],
      })
    const said = new TurnModel((_request, n) => [answer(`{"word":"take ${n}"}`)])
    const story = { agent: () => agent().clone({ model: said }), events }
    const { run: ended } = await killAndRecover(story, hold.reached)
    expect(ended).toMatchObject({ status: 'completed', output: { word: 'take 1' } })
    expect(looked).toEqual([{ word: 'take 1' }, { word: 'take 1' }])
    expect(model.calls + said.calls).toBe(1)
  })
})

function answer(text: string) {
  const content = [{ type: 'output_text' as const, text }]
  return {
    type: 'message' as const,
    role: 'assistant' as const,
    status: 'completed' as const,
    content,
  }
}
