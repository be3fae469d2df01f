import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { readBytes } from '../../src/http/body/read-bytes.ts'
import { until } from '../support/sql.ts'
import { startNodeSite, type NodeSite } from './node-site.ts'

afterEach(() => void vi.useRealTimers())

/** A request whose head is sent, and whose body is whatever is written to the socket. */
async function begin({ port }: NodeSite, headers: string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const head = ['POST /agents/runs/ HTTP/1.1', `Host: 127.0.0.1:${port}`, 'x-user: mallory']
  socket.write([...head, 'Content-Type: application/json', ...headers, '', ''].join('\r\n'))
  return socket
}

async function statusOf(socket: Socket): Promise<string> {
  const [first] = (await once(socket, 'data')) as [Buffer]
  return first.toString('latin1').split('\r\n')[0] ?? ''
}

const submit = async ({ url }: NodeSite) =>
  fetch(`${url}runs/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': 'ada' },
    body: JSON.stringify({ session_key: 'chat', input: 'Hi' }),
  })

test('bodies that drip or never come hold nobody else up, nor fill the log when they break off', async () => {
  const logged: unknown[] = []
  const error = (fields: unknown) => void logged.push(fields)
  const site = await startNodeSite({ logger: { info() {}, warn() {}, error } })
  const waiting = await Promise.all(
    Array.from({ length: 50 }, async () => begin(site, ['Content-Length: 1000'])),
  )
  for (const socket of waiting) socket.write('{')
  expect((await submit(site)).status).toBe(200)
  const { data } = await site.agentic.runs.list({ owner: 'mallory' })
  expect(data).toEqual([])
  for (const socket of waiting) socket.resetAndDestroy()
  // The one that submitted is kept alive.
  await until(async () => (await site.connections()) <= 1)
  expect(logged).toEqual([])
})

test('a body without an end is refused once it is longer than any may be', async () => {
  const site = await startNodeSite({ limits: { inputBytes: 1_000 } })
  const socket = await begin(site, ['Transfer-Encoding: chunked'])
  socket.on('error', () => {})
  const status = statusOf(socket)
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
  for (let sent = 0; sent < 20; sent += 1) socket.write(chunk)
  expect(await status).toBe('HTTP/1.1 413 Payload Too Large')
  expect((await submit(site)).status).toBe(200)
})

test('a body shorter than it says is never taken for a whole one', async () => {
  const site = await startNodeSite()
  const socket = await begin(site, ['Content-Length: 1000'])
  socket.resume().end('{"session_key":"chat","input":"Hi"}')
  await once(socket, 'close')
  expect((await submit(site)).status).toBe(200)
  expect((await site.agentic.runs.list({ owner: 'mallory' })).data).toEqual([])
})

test('a body that has not come within half a minute is given up', async () => {
  vi.useFakeTimers()
  let isGivenUp = false
  const body = new ReadableStream({ cancel: () => void (isGivenUp = true) })
  const request = new Request('http://app.test/', {
    method: 'POST',
    body,
    duplex: 'half',
  } as object)
  const reading = readBytes(request, 1_000)
  const refusal = reading.catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await refusal).toMatchObject({ code: 'request_timeout', status: 408 })
  expect(isGivenUp).toBe(true)
})

test.each([
  ['a hundred thousand fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(100_000)],
  [
    'one field a hundred thousand times',
    'application/x-www-form-urlencoded',
    'input=1&'.repeat(99_999),
  ],
  ['JSON a hundred thousand deep', 'application/json', '['.repeat(100_000)],
  [
    'names that JavaScript knows',
    'application/json',
    '{"__proto__":{"input":"x"},"constructor":1}',
  ],
  [
    'a prototype as a form',
    'application/x-www-form-urlencoded',
    '__proto__[input]=x&constructor=1',
  ],
])('%s are a mistake, answered as one', async (_what, type, body) => {
  const site = await startNodeSite()
  const headers = { 'content-type': type, 'x-user': 'mallory' }
  const answer = await fetch(`${site.url}runs/`, { method: 'POST', headers, body })
  expect(answer.status).toBe(400)
  expect(Object.keys(await answer.json()).sort()).toEqual(['code', 'error'])
  expect(({} as { input?: string }).input).toBeUndefined()
})

test('a compressed body is not unpacked', async () => {
  const site = await startNodeSite()
  const headers = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'x-user': 'mallory',
  }
  const answer = await fetch(`${site.url}runs/`, { method: 'POST', headers, body: 'bomb' })
  expect([answer.status, (await answer.json()).code]).toEqual([415, 'unsupported_media_type'])
})
