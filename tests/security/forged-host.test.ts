import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startNodeSite } from './node-site.ts'

const evil = 'evil.example'
const told = { publicOrigin: 'https://desk.example' }

/** Over a socket, as `Request` takes the host out of the address: the code of the refusal, or the new run's status. */
async function outcomeOf(
  port: number,
  headers: Record<string, string>,
  path = '/agents/runs/',
): Promise<unknown> {
  const sent = request({
    port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: {
      'x-user': 'ada',
      cookie: 'sid=1',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  }).end('session_key=chat&input=Hello')
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const { code, status } = (await json(answer)) as Record<string, unknown>
  return code ?? status
}

const forged = {
  'X-Forwarded-Host': { 'x-forwarded-host': evil, 'x-forwarded-proto': 'http' },
  Forwarded: { forwarded: `host=${evil};proto=http` },
  'X-Original-Host': { 'x-original-host': evil, 'x-host': evil },
}

test.each(Object.entries(forged))('what %s says is nobody’s own origin', async (_name, headers) => {
  for (const options of [{}, told]) {
    const { port, agentic } = await startNodeSite(options)
    for (const origin of [`http://${evil}`, `https://${evil}`]) {
      expect(await outcomeOf(port, { ...headers, origin })).toBe('cross_site')
    }
    expect((await agentic.runs.list({ owner: 'ada' })).data).toEqual([])
  }
})

test('with a public origin no host that a request names is ours, however it names it', async () => {
  const { port, agentic } = await startNodeSite(told)
  for (const host of [evil, 'desk.example', `127.0.0.1:${port}`, 'desk.example:443']) {
    const headers = { host, origin: `http://${host}` }
    expect(await outcomeOf(port, headers), host).toBe('cross_site')
    const absolute = `http://${host}/agents/runs/`
    expect(await outcomeOf(port, headers, absolute), absolute).toBe('cross_site')
  }
  expect((await agentic.runs.list({ owner: 'ada' })).data).toEqual([])
  const proxied = { host: `127.0.0.1:${port}`, origin: told.publicOrigin }
  expect(await outcomeOf(port, proxied)).toBe('pending')
})

test('without one it is the host that the browser asked, of that scheme and port', async () => {
  const { port } = await startNodeSite()
  const host = `desk.test:${port}`
  const refused = [`https://${host}`, 'http://desk.test', `http://x.${host}`, `http://${evil}`]
  for (const origin of refused) {
    expect(await outcomeOf(port, { host, origin }), origin).toBe('cross_site')
  }
  expect(await outcomeOf(port, { host, origin: `http://${host}` })).toBe('pending')
  // A name that leads to us by itself (DNS rebinding) is such a host, and brings no cookie of ours.
  expect(await outcomeOf(port, { host: evil, origin: `http://${evil}` })).toBe('pending')
  // What the browser says of the sender counts for more than a host.
  const honest = { host: evil, origin: `http://${evil}`, 'sec-fetch-site': 'cross-site' }
  expect(await outcomeOf(port, honest)).toBe('cross_site')
})
