import { expect, test } from 'vitest'
import { WrittenText } from '../../src/runs/written-text.ts'

const delta = (path: string, offset: number, text: string) => ({ payload: { path, offset, text } })

test('deltas that go on where the text ends are appended', () => {
  const written = new WrittenText('To ')
  expect(written.takeDelta(delta('m1', 3, 'Oslo'))).toBe(true)
  expect(written.takeDelta(delta('m1', 7, ' or '))).toBe(true)
  expect(written.text).toBe('To Oslo or ')
})

test('a delta from before the end begins anew from there', () => {
  const written = new WrittenText('To Oslo')
  expect(written.takeDelta(delta('m1', 3, 'Lima'))).toBe(false)
  expect(written.text).toBe('To Lima')
})

test('another message takes the place of the one before', () => {
  const written = new WrittenText()
  written.takeDelta(delta('m1', 0, 'One'))
  expect(written.takeDelta(delta('m2', 3, 'x'))).toBe(false)
  expect(written.text).toBe('x')
})

test('a whole message counts, unless it was cut in its event and its deltas told more', () => {
  const written = new WrittenText('Four words were to')
  written.takeWhole({ payload: { text: 'Four words were told.' } })
  expect(written.text).toBe('Four words were told.')
  written.takeWhole({ payload: { text: 'Four', truncated: true } })
  expect(written.text).toBe('Four words were told.')
})
