import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAgentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'
import type { Browser, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { adasThings, type Things } from '../http/writes.ts'
import { temporaryDatabase } from '../support/instance.ts'

type Host = 'localhost' | '127.0.0.1'

/** What came to the instance, as its server saw it. */
export interface Arrival {
  method: string
  path: string
  hasCookie: boolean
  status: number
}

export interface AttackedSite {
  url: string
  database: string
  things: Things
  /** The newest last; waits until each has its answer, and there are more than so many. */
  arrivals(moreThan?: number): Promise<Arrival[]>
}

/** Something that is there until it is closed. */
export interface Open {
  close(): Promise<void>
}

/** A site whose user is known by a cookie, with things of hers in it, where nothing moves by itself. */
export async function startAttackedSite(
  headers: Record<string, string> = {},
): Promise<AttackedSite> {
  const database = temporaryDatabase()
  const things = await adasThings(database)
  const agentic = createAgentic({
    agents: { desk: () => Promise.reject(new Error('nothing executes in this test')) },
    owner: (request) => (hasCookie(request.headers.get('cookie')) ? 'ada' : null),
    admin: () => true,
    concurrency: 0,
    durability: 'normal',
    database,
  })
  onTestFinished(async () => agentic.close({ now: true }))
  const seen: { request: IncomingMessage; response: ServerResponse }[] = []
  const handle = nodeHandler(agentic)
  const { url, close } = await serve('localhost', (request, response) => {
    const { url: path = '' } = request
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // Which a page of an error loads.
    const isStatic = path.startsWith('/agents/static/')
    if (path.startsWith('/agents/') && !isStatic) seen.push({ request, response })
    void handle(request, response, () => answerPage(response))
  })
  onTestFinished(close)
  const arrivals = async (moreThan = -1) => {
    const isDone = () =>
      seen.length > moreThan && seen.every(({ response }) => response.headersSent)
    await expect.poll(isDone, { interval: 5 }).toBe(true)
    return seen.map(({ request: { method = '', url: path = '', headers }, response }) => ({
      ...{ method, path, hasCookie: hasCookie(headers.cookie), status: response.statusCode },
    }))
  }
  return { url, database, things, arrivals }
}

/** Another origin, with an empty page, one that hides where it is, and one that sends on what it is sent. */
export async function startOtherSite(host: Host): Promise<Open & { url: string }> {
  return serve(host, (request, response) => {
    const to = new URL(request.url ?? '', 'http://other.test').searchParams.get('to')
    if (to !== null) return void response.writeHead(307, { location: to }).end()
    if (request.url === '/hidden') response.setHeader('referrer-policy', 'no-referrer')
    answerPage(response)
  })
}

/**
 * A page whose user is signed in, by a cookie with these attributes, at whatever attacked site: they share a host, and
 * cookies know of no ports.
 */
export async function openSignedIn(
  browser: Browser,
  cookie: string,
): Promise<Open & { page: Page }> {
  const { url, close } = await serve('localhost', (_request, response) => {
    response.setHeader('set-cookie', `sid=ada; ${cookie}`)
    answerPage(response)
  })
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await close()
  return { page, close: async () => context.close() }
}

/** Opens it unless it is still there. */
export async function stayAt(page: Page, address: string): Promise<void> {
  if (page.url() !== address) await page.goto(address)
}

function hasCookie(header: string | null | undefined): boolean {
  return header?.includes('sid=ada') ?? false
}

function answerPage(response: ServerResponse): void {
  response
    .setHeader('content-type', 'text/html; charset=utf-8')
    .end('<!doctype html><html lang="en"><title>Page</title><body></body></html>')
}

async function serve(host: Host, listener: RequestListener): Promise<Open & { url: string }> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://${host}:${(server.address() as AddressInfo).port}/`, close }
}
