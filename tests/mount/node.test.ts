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
  return async (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/agents/${path}`, {
      method,
      headers: { 'x-user': 'ada', ...headers },
    })
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

test('a file is answered alike when it is first asked for, by its path alone, and by `fetch`', async () => {
  const agentic = startAgentic()
  const ask = await openSite(agentic)
  const partsOf = async (response: Response) => {
    const { etag, 'content-type': type, 'cache-control': caching } = named(response.headers)
    return { status: response.status, etag, type, caching, text: await response.text() }
  }
  const url = agentic.assetUrl('htmx.min.js')
  const path = url.replace('/agents/', '')
  const other = startAgentic()
  const askOther = await openSite(other)
  // Nothing there has made the file's address: it is looked for as any other.
  const first = await partsOf(await askOther('GET', path))
  expect(first).toMatchObject({ status: 200, caching: expect.stringContaining('immutable') })
  expect(first.text).toContain('htmx')
  expect(await partsOf(await askOther('GET', path))).toEqual(first)
  expect(await partsOf(await ask('GET', path))).toEqual(first)
  expect(await partsOf(await agentic.fetch(new Request(`http://app${url}`)))).toEqual(first)
  expect(await partsOf(await ask('GET', `${path}/`))).toEqual(first)
  expect(await partsOf(await ask('HEAD', path))).toEqual({ ...first, text: '' })
  const has = { 'if-none-match': String(first.etag) }
  for (const known of [
    await ask('GET', path, has),
    await agentic.fetch(new Request(`http://app${url}`, { headers: has })),
  ]) {
    expect(await partsOf(known)).toMatchObject({ status: 304, etag: first.etag, text: '' })
  }
  expect((await ask('POST', path)).status).toBe(405)
})

function named(headers: Headers): Record<string, string | undefined> {
  return Object.fromEntries(headers)
}
