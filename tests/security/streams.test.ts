import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startNodeSite } from './node-site.ts'

test('an owner opens only so many streams; those that break off make room again', async () => {
  const site = await startNodeSite({ limits: { streamsPerOwner: 3 } })
  const run = await site.agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  const path = `runs/${run.id}/events/`
  const ask = async (user: string, signal?: AbortSignal) =>
    fetch(`${site.url}${path}`, {
      headers: { accept: 'text/event-stream', 'x-user': user },
      signal: signal ?? null,
    })
  const open = async (): Promise<Socket> => {
    const socket = connect(site.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    socket.write(
      `GET /agents/${path} HTTP/1.1\r\nHost: x\r\nx-user: ada\r\nAccept: text/event-stream\r\n\r\n`,
    )
    await once(socket, 'data')
    return socket
  }
  const sockets = [await open(), await open(), await open()]
  expect(site.agentic.health().streams).toBe(3)
  const refused = await ask('ada')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect((await refused.json()).code).toBe('too_many_streams')
  expect((await ask('bob')).status).toBe(404)
  for (const socket of sockets) socket.resetAndDestroy()
  await expect.poll(() => site.agentic.health().streams).toBe(0)
  const gone = new AbortController()
  expect((await ask('ada', gone.signal)).status).toBe(200)
  gone.abort()
  await expect.poll(() => site.agentic.health().streams).toBe(0)
})
