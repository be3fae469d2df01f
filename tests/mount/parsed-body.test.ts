import { expect, test } from 'vitest'
import { isUnder } from '../../src/core/base-path.ts'
import { withParsedBody } from '../../src/mount/parsed-body.ts'

function parsed(type: string, body?: unknown): Request {
  const headers = { 'content-type': type, 'content-length': '9', 'content-encoding': 'gzip' }
  const request = new Request('http://app.test/agents/runs/', { method: 'POST', headers })
  return withParsedBody(request, { body })
}

const form = 'application/x-www-form-urlencoded; charset=utf-8'

test.each([
  ['an object, as JSON', 'application/json', { input: 'Grüße' }, '{"input":"Grüße"}'],
  ['null, as JSON', 'application/json', null, 'null'],
  ['a list, as JSON', 'application/json', [1], '[1]'],
  ['text', 'application/json', '{"input": 1}', '{"input": 1}'],
  ['bytes', form, Buffer.from('a=1'), 'a=1'],
  ['fields of a form', form, { a: '1 & 2', b: ['x', 'y'] }, 'a=1+%26+2&b=x&b=y'],
  ['fields left empty, which the parser made null', form, { a: null, b: '1' }, 'a=&b=1'],
  ['nested fields', form, { config: { max_turns: '3' } }, 'config%5Bmax_turns%5D=3'],
  ['fields of a multipart form', 'multipart/form-data; boundary=x', { a: '1' }, 'a=1'],
])('a body that a parser took is there again: %s', async (_what, type, body, text) => {
  const request = parsed(type, body)
  expect(await request.text()).toBe(text)
  expect(request.headers.get('content-length')).toBeNull()
  expect(request.headers.get('content-encoding')).toBeNull()
})

test('a multipart form that a parser took is a form', () => {
  const type = parsed('multipart/form-data; boundary=x', { a: '1' }).headers.get('content-type')
  expect(type).toBe('application/x-www-form-urlencoded')
})

test('a body that somebody took and left nowhere is an error that says what to do', async () => {
  await expect(parsed('application/json').text()).rejects.toThrow(
    'Mount Agentic Node before what reads bodies',
  )
})

test.each([
  ['/agents', '/agents', true],
  ['/agents', '/agents/', true],
  ['/agents', '/agents/runs/?limit=1', true],
  ['/agents', '/agents?limit=1', true],
  ['/agents/', '/agents/runs', true],
  ['/agents', '/agentsx/runs', false],
  ['/agents', '/', false],
  ['', '/runs/', true],
  ['/', '/runs/', true],
])('under %s is %s: %s', (basePath, url, expected) => {
  expect(isUnder(basePath, url)).toBe(expected)
})
