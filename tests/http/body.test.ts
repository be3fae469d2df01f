import { expect, test } from 'vitest'
import { readBody } from '../../src/http/body/read-body.ts'

const limit = 1000

function post(body: BodyInit | null, type?: string): Request {
  const headers = type === undefined ? new Headers() : new Headers({ 'content-type': type })
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' }
  return new Request('http://localhost/', init)
}

const json = (text: string) => readBody(post(text, 'application/json'), limit)
const form = (text: string) => readBody(post(text, 'application/x-www-form-urlencoded'), limit)

test('JSON and both kinds of form give the same fields', async () => {
  const multipart = new FormData()
  multipart.set('session_key', 'chat-1')
  multipart.set('input', 'Grüße, 50% off')
  const expected = { session_key: 'chat-1', input: 'Grüße, 50% off' }
  expect(await json(JSON.stringify(expected))).toEqual(expected)
  expect(await form('session_key=chat-1&input=Gr%C3%BC%C3%9Fe,+50%+off')).toEqual(expected)
  expect(await readBody(post(multipart), limit)).toEqual(expected)
})

test('in a form only config and context are JSON, and blank optional fields are left out', async () => {
  const text = 'input=[1]&config={"max_turns":3}&context=[2]&agent_key=&message=+'
  expect(await form(text)).toEqual({ input: '[1]', config: { max_turns: 3 }, context: [2] })
})

test('no body is an empty one, whatever its type', async () => {
  expect(await readBody(post(null), limit)).toEqual({})
  expect(await readBody(post('', 'text/plain'), limit)).toEqual({})
})

test('a body that the server in front cut off at a limit of its own is refused as too large', async () => {
  const cut = (status: number) =>
    new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error('cut off'), { status })),
    })
  const read = async (status: number) => readBody(post(cut(status), 'application/json'), limit)
  await expect(read(413)).rejects.toMatchObject({ code: 'too_large', status: 413 })
  await expect(read(400)).rejects.toThrow('cut off')
})

test.each([
  ['broken JSON', '{"a":', 'invalid_json'],
  ['NaN', '{"a":NaN}', 'invalid_json'],
  ['a number beyond a double', '{"a":1e999}', 'invalid_json'],
  ['deep nesting', '['.repeat(400) + ']'.repeat(400), 'invalid_json'],
  ['a NUL character', '{"a":["x",{"b":"\\u0000"}]}', 'invalid_input'],
  ['a NUL character in a name', '{"a\\u0000":1}', 'invalid_input'],
  ['half a surrogate pair', '{"a":"\\ud83d"}', 'invalid_input'],
  ['the name of the prototype', '{"a":{"__proto__":{"b":1}}}', 'invalid_request'],
])('JSON with %s is refused', async (_what, text, code) => {
  await expect(json(text)).rejects.toMatchObject({ code, status: 400 })
})

test('what cannot be kept is named by its place', async () => {
  await expect(json('{"input":[{"content":"\\u0000"}]}')).rejects.toThrow(
    '`input[0].content` has a NUL character',
  )
})

test.each([
  ['escapes that are no UTF-8', 'input=%ff', 'invalid_request'],
  ['half a surrogate pair', 'input=%ED%A0%80', 'invalid_request'],
  ['a NUL character', 'input=a%00b', 'invalid_input'],
  ['broken JSON as config', 'config={', 'invalid_json'],
  ['blank JSON as context in the second of two', 'context=1&context={', 'invalid_json'],
])('a form with %s is refused', async (_what, text, code) => {
  await expect(form(text)).rejects.toMatchObject({ code, status: 400 })
})

test('a field given twice is a list, which no field accepts by accident', async () => {
  expect(await form('input=a&input=b')).toEqual({ input: ['a', 'b'] })
})

test('bytes that are no UTF-8, files and broken multipart are refused', async () => {
  const bytes = Uint8Array.of(0x7b, 0xff, 0x7d)
  await expect(readBody(post(bytes, 'application/json'), limit)).rejects.toThrow('UTF-8')
  const upload = new FormData()
  upload.set('input', new Blob(['x']), 'x.txt')
  await expect(readBody(post(upload), limit)).rejects.toThrow('`input` is a file')
  const broken = post('x', 'multipart/form-data; boundary=a')
  await expect(readBody(broken, limit)).rejects.toMatchObject({ code: 'invalid_request' })
})

test.each(['text/plain', 'text/plain;charset=UTF-8', 'application/xml', undefined])(
  'a body of type %s is refused',
  async (type) => {
    const request = post(new TextEncoder().encode('{"input":"x"}'), type)
    await expect(readBody(request, limit)).rejects.toMatchObject({
      code: 'unsupported_media_type',
      status: 415,
    })
  },
)

test('a compressed body is refused rather than misread', async () => {
  const request = post('{}', 'application/json')
  request.headers.set('content-encoding', 'gzip')
  await expect(readBody(request, limit)).rejects.toMatchObject({ status: 415 })
})

test('a body that never ends is refused after its limit, and no more of it is read', async () => {
  let sent = 0
  let cancelled = false
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 10_000
      controller.enqueue(new Uint8Array(10_000).fill(0x20))
    },
    cancel() {
      cancelled = true
    },
  })
  await expect(readBody(post(endless, 'application/json'), limit)).rejects.toMatchObject({
    status: 413,
  })
  expect(sent).toBeLessThan(200_000)
  expect(cancelled).toBe(true)
})

test('a body that announces too much is refused unread', async () => {
  const request = post('{}', 'application/json')
  request.headers.set('content-length', '99999999')
  await expect(readBody(request, limit)).rejects.toMatchObject({ status: 413 })
  expect(request.bodyUsed).toBe(false)
})
