import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic, type Agentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { hostContract } from './contract.ts'
import { startNode } from './hosts/node.ts'

hostContract('node', startNode)

function startAgentic(): Agentic {
  const agentic = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: (request) => request.headers.get('x-user'),
    concurrency: 0,
    database: temporaryDatabase(),
  })
  onTestFinished(async () => agentic.close())
  return agentic
}

/** Asks, as Ada, what is mounted. */
async function openSite(agentic: Agentic) {
  const handle = nodeHandler(agentic)
  const server = createServer((request, response) => void handle(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return async (method: string, path: string) =>
    fetch(`http://127.0.0.1:${port}/agents/${path}`, { method, headers: { 'x-user': 'ada' } })
}

test('an answer says how many bytes it has, and to a HEAD sends none', async () => {
  const ask = await openSite(startAgentic())
  // What was wrong is said back, in more bytes than characters.
  const path = 'runs/?limit=vier%C3%BCndzwanzig'
  const get = await ask('GET', path)
  const bytes = await get.bytes()
  expect(get.headers.get('content-length')).toBe(String(bytes.byteLength))
  expect(JSON.parse(Buffer.from(bytes).toString()).error).toContain('vieründzwanzig')
  const head = await ask('HEAD', path)
  expect([head.status, await head.text()]).toEqual([400, ''])
  expect(head.headers.get('content-length')).toBeNull()
})

test('an instance whose `fetch` the app has replaced is asked by that', async () => {
  const agentic = startAgentic()
  const ask = await openSite({ ...agentic, fetch: async () => new Response('Replaced') })
  expect(await (await ask('GET', 'runs/')).text()).toBe('Replaced')
})
