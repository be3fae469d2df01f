import { expect, test } from 'vitest'
import { sseMessage } from '../../src/http/sse.ts'

test('a message has its id, its type and its data on one line each', () => {
  const text = sseMessage({ id: 7, event: 'text_delta', data: { text: 'two\nlines' } })
  expect(text).toBe('id: 7\nevent: text_delta\ndata: {"text":"two\\nlines"}\n\n')
})

test('an id or a type with a line break is refused, as it would forge another message', () => {
  expect(() => sseMessage({ id: '1\ndata: x', data: 1 })).toThrow('one line')
  expect(() => sseMessage({ event: 'a\rb', data: 1 })).toThrow('one line')
})
