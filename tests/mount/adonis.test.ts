import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createAgentic } from 'agentic-node'
import { adonisAgentic } from 'agentic-node/adonis'
import { speaker, temporaryDatabase } from '../support/instance.ts'

// What AdonisJS itself does is tested with an app: tests/hosts/adonis.test.ts.

/** Sends the head of what we answer, after what the app had said of it. */
async function serve(hostOf: (incoming: IncomingMessage) => string | null) {
  const agentic = createAgentic({
    agents: { assistant: () => speaker('Hello!') },
    owner: () => 'ada',
    database: temporaryDatabase(),
  })
  const handle = adonisAgentic(agentic)
  const server = createServer((incoming, response) => {
    const context = {
      request: {
        request: incoming,
        protocol: () => 'http',
        host: () => hostOf(incoming),
        raw: () => null,
        body: () => ({}),
      },
      response: {
        status: (code: number) => (response.statusCode = code),
        header: (name: string, value: string) => response.setHeader(name, value),
        append: (name: string, value: string) => response.appendHeader(name, value),
        stream: () => {},
      },
    }
    response.setHeader('vary', 'Origin')
    void handle(context).then(() => response.end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    await agentic.close({ now: true })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/agents`
}

test('what the app says of `Vary` is kept beside what we say', async () => {
  const url = await serve(({ headers }) => headers.host ?? null)
  const answer = await fetch(`${url}/runs/`, { headers: { accept: 'application/json' } })
  expect(answer.headers.get('vary')).toBe('Origin, HX-Request, Accept')
})

test('a `Host` of which no address can be made is a 400', async () => {
  const url = await serve(() => 'a b')
  expect((await fetch(`${url}/runs/`)).status).toBe(400)
})
