import { Agent } from '@openai/agents'
import { beforeEach, expect, test } from 'vitest'
import { modes, notingTool, runOnce } from '../support/lives.ts'
import { until } from '../support/sql.ts'
import { call, TurnModel } from '../support/turn-model.ts'
import { recordSpans } from './support/recorded.ts'

const spans = recordSpans()
beforeEach(() => spans.forget())

const asked = { telemetry: { payloads: true } }
const parsed = (text: unknown) => JSON.parse(String(text)) as { role: string; parts: object[] }[]
const ended = async () => until(() => spans.named('invoke_agent assistant').length === 1)

test.each(modes)(
  'when asked for, calls say what was said, given and answered, %s',
  async (events) => {
    const model = new TurnModel([call('note', { note: 'blue' }, 'call_7')], 'Noted')
    const agent = () =>
      new Agent({ name: 'Clerk', instructions: 'Note it', model, tools: [notingTool('note', [])] })
    await runOnce({ agent, events, ...asked }, 'Remember blue')
    await ended()
    const [first, second] = spans.named('chat TurnModel').map(({ attributes }) => attributes)
    const user = { role: 'user', parts: [{ type: 'text', content: 'Remember blue' }] }
    const toolCall = { type: 'tool_call', id: 'call_7', name: 'note', arguments: '{"note":"blue"}' }
    expect(parsed(first?.['gen_ai.system_instructions'])).toEqual([
      { type: 'text', content: 'Note it' },
    ])
    expect(parsed(first?.['gen_ai.input.messages'])).toEqual([user])
    expect(parsed(first?.['gen_ai.output.messages'])).toEqual([
      { role: 'assistant', parts: [toolCall], finish_reason: 'tool_call' },
    ])
    expect(parsed(second?.['gen_ai.input.messages'])).toMatchObject([
      user,
      { role: 'assistant', parts: [toolCall] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_7' }] },
    ])
    expect(parsed(second?.['gen_ai.output.messages'])).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Noted #2' }], finish_reason: 'stop' },
    ])
    expect(spans.named('execute_tool note')[0]?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"note":"blue"}',
      'gen_ai.tool.call.result': 'done blue',
    })
  },
)

test('long ones are cut, and can be parsed all the same', async () => {
  const long = 'x'.repeat(200_000)
  const model = new TurnModel([call('note', { note: long })], long)
  const agent = () => new Agent({ name: 'Clerk', model, tools: [notingTool('note', [])] })
  await runOnce({ agent, events: 'items', ...asked }, long)
  await ended()
  const texts = spans.all().flatMap(({ attributes }) => Object.values(attributes).map(String))
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(17_000)
  const [, second] = spans.named('chat TurnModel')
  const [message] = parsed(second?.attributes['gen_ai.input.messages'])
  expect(message).toMatchObject({
    role: 'user',
    parts: [{ content: expect.stringMatching(/^x+ \[cut\]$/) }],
  })
})

test('and so do errors', async () => {
  const model = new TurnModel(() => {
    throw new TypeError('the word blue is not allowed')
  })
  const agent = () => new Agent({ name: 'Angry', model })
  await runOnce({ agent, events: 'items', ...asked })
  await ended()
  expect(spans.named('chat TurnModel')[0]?.events[0]?.attributes).toMatchObject({
    'exception.message': 'the word blue is not allowed',
  })
})
