import {
  Agent,
  applyPatchTool,
  computerTool,
  MemorySession,
  run as runAgent,
  shellTool,
  tool,
  type Tool,
} from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { modes, runOnce } from '../support/lives.ts'
import { call, TurnModel } from '../support/turn-model.ts'

const never = async () => {
  throw new Error('this was not to be called')
}

const toolsWithoutInvoke: [string, Tool][] = [
  ['computer', computerTool({ computer: { screenshot: never } as never })],
  ['apply_patch', applyPatchTool({ editor: { createFile: never } as never })],
  ['shell', shellTool({ shell: { run: never } })],
]

describe.each(modes)('what cannot be made durable is refused, %s', (events) => {
  test.each(toolsWithoutInvoke)('the tool %s', async (name, refused) => {
    const model = new TurnModel('never')
    const agent = () => new Agent({ name: 'Hands', model, tools: [refused] })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'unsupported_agent' })
    expect(run).toMatchObject({ error: expect.stringContaining(name) })
    expect(model.calls).toBe(0)
  })

  test('such a tool of a nested agent', async () => {
    const outer = new TurnModel([call('ask', { input: 'x' })], 'never')
    const inner = new TurnModel('never')
    const agent = () => {
      const tools = toolsWithoutInvoke.map(([, one]) => one).slice(0, 1)
      const nested = new Agent({ name: 'Hands', model: inner, tools })
      return new Agent({ name: 'Lead', model: outer, tools: [nested.asTool({ toolName: 'ask' })] })
    }
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'unsupported_agent' })
    expect([outer.calls, inner.calls]).toEqual([1, 0])
  })

  test.each([
    ['session', { session: new MemorySession() }],
    ['conversationId', { conversationId: 'conv_1' }],
    ['previousResponseId', { previousResponseId: 'resp_1' }],
  ])('run() with `%s` inside a tool, though the tool swallows it', async (name, options) => {
    const inner = new TurnModel('never')
    const outer = new TurnModel([call('ask')], 'never')
    const ask = tool({
      name: 'ask',
      description: 'asks',
      parameters: z.object({}),
      execute: async () => {
        try {
          await runAgent(new Agent({ name: 'Inner', model: inner }), 'x', options)
          return 'answered'
        } catch {
          return 'swallowed'
        }
      },
    })
    const agent = () => new Agent({ name: 'Lead', model: outer, tools: [ask] })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'unsupported_agent' })
    expect(run).toMatchObject({ error: expect.stringContaining(`\`${name}\``) })
    expect([outer.calls, inner.calls]).toEqual([1, 0])
  })

  test('an object that is frozen and so cannot be recorded', async () => {
    const frozen = Object.freeze(
      tool({ name: 'f', description: 'f', parameters: z.object({}), execute: never }),
    )
    const agent = () => new Agent({ name: 'Cold', model: new TurnModel('never'), tools: [frozen] })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'unsupported_agent' })
  })
})
