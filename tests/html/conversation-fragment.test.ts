import { expect, test } from 'vitest'
import type { JsonValue } from '../../src/core/run.ts'
import { conversationFragment } from '../../src/html/conversation.ts'
import { loadMarkdown } from '../../src/html/markdown.ts'
import { approvalOf } from './run-views.ts'

const markdown = await loadMarkdown()

const empty = {
  sessionKey: 'chat-1',
  basePath: '/agents',
  items: [],
  pendingInputs: [],
  approvals: [],
  failure: null,
}

type Item = { [key: string]: JsonValue }

function fragment(
  items: Item[],
  pendingInputs: { runId: string; input: JsonValue }[] = [],
): string {
  return conversationFragment({ ...empty, items, pendingInputs }, markdown)
}

test.each<[string, Item, string, string]>([
  ['the user', { role: 'user', content: 'Hi\nthere' }, 'user', 'Hi<br />\nthere'],
  [
    'the user in parts',
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Look' }] },
    'user',
    'Look',
  ],
  [
    'an image of the user',
    { role: 'user', content: [{ type: 'input_image', image: 'https://example.com/a.png' }] },
    'user',
    '[image]',
  ],
  [
    'the assistant',
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes' }] },
    'assistant',
    'Yes',
  ],
  [
    'a refusal',
    { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
    'assistant',
    'No',
  ],
  [
    'a tool call',
    { type: 'function_call', name: 'find_flight', callId: 'call_7', arguments: '{"to":"Oslo"}' },
    'tool',
    '&quot;to&quot;: &quot;Oslo&quot;',
  ],
  [
    'the output of a tool',
    {
      type: 'function_call_result',
      name: 'find_flight',
      callId: 'call_7',
      output: { type: 'text', text: 'AF1' },
    },
    'tool',
    'AF1',
  ],
  [
    'reasoning',
    { type: 'reasoning', content: [{ type: 'input_text', text: 'First look' }] },
    'reasoning',
    '<summary>Reasoning</summary>',
  ],
  ['a type nobody knows yet', { type: 'hologram' }, 'unknown', 'hologram'],
])('%s is shown', (_what, item, kind, text) => {
  const html = fragment([item])
  expect(html).toContain(`class="agent-conversation__item agent-conversation__item--${kind}"`)
  expect(html).toContain(text)
})

test('a call and its output name the call they belong to', () => {
  const call = { type: 'function_call', name: 'find_flight', callId: 'call_7', arguments: '{}' }
  expect(fragment([call])).toContain('<code class="agent-call-id">call_7</code>')
})

test('what was said to a run that has not ended comes last', () => {
  const html = fragment(
    [{ role: 'assistant', content: 'Earlier' }],
    [
      { runId: 'r1', input: 'A question' },
      { runId: 'r2', input: [{ role: 'user', content: 'Another' }] },
    ],
  )
  expect(html.indexOf('Earlier')).toBeLessThan(html.indexOf('A question'))
  expect(html.indexOf('A question')).toBeLessThan(html.indexOf('Another'))
  expect(html).toContain('data-run-id="r1"')
})

test('a call that waits for a person is shown, and a run that failed with what was said to it', () => {
  const evil = '<b>no</b>'
  const waiting = approvalOf({ toolName: evil })
  const asked = conversationFragment({ ...empty, approvals: [waiting] }, markdown)
  expect(asked).toContain('Waiting for approval <strong>&lt;b&gt;no')
  expect(asked).toContain('&quot;amount&quot;: 5')
  const cutOff = approvalOf({ kind: 'interrupted' })
  const told = conversationFragment({ ...empty, approvals: [cutOff] }, markdown)
  expect(told).toContain('Cut off, waiting for a decision <strong>refund')
  const failure = { runId: 'r1', input: 'Try', error: `Error: ${evil}` }
  const html = conversationFragment({ ...empty, failure }, markdown)
  expect(html.indexOf('Try')).toBeLessThan(html.indexOf('Error: &lt;b&gt;no'))
})

test('a session without messages says so', () => {
  expect(fragment([])).toContain('No messages yet')
})

test('names that mean something to JavaScript mean nothing here', () => {
  const html = fragment([
    { type: 'constructor' },
    { role: 'toString', content: 'x' },
    { type: '__proto__' },
  ])
  expect(html).toContain('>constructor</p>')
  expect(html).toContain('>toString</p>')
  expect(html).not.toContain('function')
})

test('a stored item cannot bring markup', () => {
  const evil = '"><script>alert(1)</script>'
  const html = fragment(
    [
      { role: evil, content: evil },
      { type: evil },
      { type: 'function_call', name: evil, callId: evil, arguments: evil },
      { type: 'function_call_result', output: { isEscaped: true, toString: evil } },
    ],
    [{ runId: evil, input: evil }],
  )
  expect(html).not.toContain('<script')
})
