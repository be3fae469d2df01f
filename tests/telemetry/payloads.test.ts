import { Agent, tool } from '@openai/agents'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
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

test('pictures and files that a tool answers are named, and not copied', async () => {
  const image = 'data:image/png;base64,iVBORw0KGgo='
  const answers = [
    { type: 'image', image },
    [
      { type: 'text', text: 'Two' },
      { type: 'image', image },
    ],
  ]
  const look = tool({
    name: 'look',
    description: 'Looks.',
    parameters: z.object({ n: z.number() }),
    execute: ({ n }) => answers[n] as never,
  })
  const model = new TurnModel([call('look', { n: 0 }, 'a'), call('look', { n: 1 }, 'b')], 'Seen')
  const agent = () => new Agent({ name: 'Painter', model, tools: [look] })
  const { run } = await runOnce({ agent, events: 'items', ...asked })
  await ended()
  expect(run.status).toBe('completed')
  expect(JSON.stringify(model.requests[1]?.input)).toContain(image)
  expect(spans.named('execute_tool look')[0]?.attributes['gen_ai.tool.call.result']).toBe(
    '{"type":"image"}',
  )
  const told = JSON.stringify(spans.all().map(({ attributes }) => attributes))
  expect(told).toContain('Two')
  expect(told).not.toContain('iVBOR')
})

test('of an answer with very many long calls the beginning of each is said', async () => {
  const note = 'x'.repeat(2_000)
  const many = Array.from({ length: 20 }, (_, index) => call('note', { note }, `call_${index}`))
  const model = new TurnModel(many, 'Noted')
  const agent = () => new Agent({ name: 'Clerk', model, tools: [notingTool('note', [])] })
  await runOnce({ agent, events: 'items', ...asked }, 'Note it all')
  await ended()
  const [first] = spans.named('chat TurnModel')
  const [message] = parsed(first?.attributes['gen_ai.output.messages'])
  expect(message?.parts).toHaveLength(20)
  expect(message?.parts[19]).toMatchObject({
    name: 'note',
    arguments: expect.stringMatching(/^\{"note":"x+ \[cut\]/),
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
