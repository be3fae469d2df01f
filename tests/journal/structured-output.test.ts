import { Agent } from '@openai/agents'
import { assistantMessage } from '@openai/agents/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, killAndRecover, modes, notingTool, runOnce } from '../support/lives.ts'
import { call, TurnModel } from '../support/turn-model.ts'

const answer = z.object({ city: z.string(), nights: z.number() })

describe.each(modes)('structured output, %s', (events) => {
  test('is stored as the value it is, also after a crash', async () => {
    const hold = new Hold()
    const model = new TurnModel([call('look')], async () => [
      assistantMessage('{"city":"Oslo","nights":3}'),
    ])
    const agent = () => {
      const look = notingTool('look', [], async () => hold.here().then(() => 'ok'))
      return new Agent({ name: 'Typed', model, outputType: answer, tools: [look] })
    }
    const tools = { look: { interrupted: 'rerun' } } as const
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: { city: 'Oslo', nights: 3 } })
    expect(model.calls).toBe(2)
  })

  test('that does not match its type fails the run', async () => {
    const model = new TurnModel([assistantMessage('{"city":5}')])
    const agent = () => new Agent({ name: 'Typed', model, outputType: answer })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'model_error' })
  })
})
