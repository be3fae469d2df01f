import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createAgentic, type Agentic, type AgenticOptions } from 'agentic-node'
import type { createClient, RunEventJson } from 'agentic-node/client'
import { nodeHandler } from 'agentic-node/node'
import type { Browser, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { calls, held, says, scripted } from '../http/agents.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { createLine, type Line } from '../support/proxy.ts'
import { until } from '../support/sql.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { strictPolicy } from './fragment-page.ts'
import { speaking } from './speaking.ts'

/** What a page of the tests has under `window`. */
declare const createPageClient: typeof createClient
declare const state: { seen: RunEventJson[]; stop: AbortController; failed?: unknown }

const hello = { session_key: 'chat', input: 'Hi' }

describe.skipIf(!hasBrowser)('the client in a browser', () => {
  let browser: Browser
  let bundled: string
  withBrowser((opened) => (browser = opened))
  beforeAll(async () => {
    bundled = await bundledClient()
  })

  test('a run is submitted, followed, waited for and looked at, from a page under a path of its own', async () => {
    const { page } = await openSite(scripted(says('Hello!')))
    const answer = await page.evaluate(async (run) => {
      const client = createPageClient({ url: '/agents' })
      const { run_id } = await client.submit(run)
      const types: string[] = []
      for await (const { event_type } of client.events(run_id)) types.push(event_type)
      return { types, waited: await client.wait(run_id), got: await client.get(run_id) }
    }, hello)
    expect(answer.types[0]).toBe('run.created')
    expect(answer.types.at(-1)).toBe('run.completed')
    expect(answer.waited).toMatchObject({ status: 'completed', final_output: 'Hello!' })
    expect(answer.got).toEqual(answer.waited)
  })

  test('events go on where they were when the line is cut, each once and in order', async () => {
    const model = speaking()
    const { page, line } = await openSite(scripted(model.step))
    const reading = page.evaluate(async (run) => {
      const client = createPageClient({ url: '/agents' })
      const { run_id } = await client.submit(run)
      for await (const event of client.events(run_id)) state.seen.push(event)
      return state.seen
    }, hello)
    const deltas = async () =>
      page.evaluate(() => state.seen.filter((one) => one.event_type === 'text_delta').length)
    for (const [count, words] of ['To ', 'Oslo ', 'or ', 'Lima'].entries()) {
      model.say(words)
      await until(async () => (await deltas()) > count)
      line.cut()
    }
    line.refuse()
    line.cut()
    model.end()
    await until(() => line.connections === 0)
    await line.accept()
    const seen = await reading
    expect(seen.map((event) => event.sequence)).toEqual(seen.map((_, index) => index + 1))
    const text = seen.filter((one) => one.event_type === 'text_delta')
    expect(text.map(({ payload }) => payload['text']).join('')).toBe('To Oslo or Lima')
    expect(seen.at(-1)?.event_type).toBe('run.completed')
  })

  test('a run is cancelled, and whoever stops reading ends the stream', async () => {
    const model = held('late')
    const { page, streams } = await openSite(scripted(model.step))
    const reasons = page.evaluate(async (run) => {
      const client = createPageClient({ url: '/agents' })
      const { run_id } = await client.submit(run)
      for await (const event of client.events(run_id)) if (event.sequence === 1) break
      const { signal } = state.stop
      const read = async () => {
        for await (const event of client.events(run_id, { signal })) state.seen.push(event)
      }
      const both = await Promise.allSettled([read(), client.wait(run_id, { signal })])
      const cancelled = await client.cancel(run_id)
      return { both: both.map((one) => 'reason' in one && one.reason.message), cancelled }
    }, hello)
    await until(async () => page.evaluate(() => state.seen.length > 0))
    await until(() => streams.size === 2)
    await page.evaluate(() => state.stop.abort(new Error('enough')))
    const { both, cancelled } = await reasons
    expect(both).toEqual(['enough', 'enough'])
    expect(cancelled).toMatchObject({ cancel_requested: true })
    await until(() => streams.size === 0)
    model.release()
    const wait = async (id: string) => createPageClient({ url: '/agents' }).wait(id)
    expect(await page.evaluate(wait, cancelled.run_id)).toMatchObject({ status: 'cancelled' })
  })

  test('what the server refuses is an error with its code; a line that leads nowhere is one too', async () => {
    const { page, line } = await openSite(scripted(calls('refund', { amount: 5 }), says('Done')))
    const refusal = async (what: 'get' | 'events' | 'submit') =>
      page.evaluate(async (asked) => {
        const client = createPageClient({ url: '/agents' })
        const asking = {
          get: async () => client.get('nobody'),
          events: async () => client.events('nobody').next(),
          submit: async () => client.submit({ session_key: 'not a key', input: 'Hi' }),
        }
        const error = await asking[asked]().catch((cause: unknown) => cause)
        const { name, code, status, message } = error as Error & { code: string; status: number }
        return { name, code, status, message }
      }, what)
    const name = 'AgenticClientError'
    expect(await refusal('get')).toMatchObject({ name, code: 'not_found', status: 404 })
    expect(await refusal('events')).toMatchObject({ name, code: 'not_found', status: 404 })
    expect(await refusal('submit')).toMatchObject({ name, code: 'invalid_request', status: 400 })
    line.refuse()
    line.cut()
    expect(await refusal('get')).toMatchObject({ name, code: 'network', status: 0 })
  })

  test('what waits for a person is listed and decided with the cookie of who is signed in', async () => {
    const { page } = await openSite(scripted(calls('refund', { amount: 5 }), says('Refunded')))
    const run = await page.evaluate(async (asked) => {
      const client = createPageClient({ url: '/agents/' })
      const { run_id } = await client.submit(asked)
      for await (const { event_type } of client.events(run_id)) {
        if (event_type === 'run.awaiting_approval') break
      }
      for (;;) {
        const [approval] = (await client.approvals({ limit: 1 })).approvals
        if (approval === undefined) continue
        await client.decide(approval.approval_id, { decision: 'approve' })
        return client.wait(run_id)
      }
    }, hello)
    expect(run).toMatchObject({ status: 'completed', final_output: 'Refunded' })
  })

  /** A page of somebody signed in, with the client, over a line that can be disturbed. */
  async function openSite(options: Partial<AgenticOptions>) {
    const streams = new Set<IncomingMessage>()
    const { url } = await startServer(bundled, options, streams)
    const line: Line = await createLine(url)
    const context = await browser.newContext()
    onTestFinished(async () => context.close())
    const page: Page = await context.newPage()
    await page.goto(new URL('/some/page', line.url).href)
    await page.waitForFunction(() => 'state' in globalThis)
    return { page, line, streams }
  }
})

async function bundledClient(): Promise<string> {
  const input = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url))
  await using bundle = await rolldown({ input })
  const { output } = await bundle.generate({ format: 'es', minify: true })
  return output[0].code
}

const script = `import { createClient } from '/client.js'
globalThis.createPageClient = createClient
globalThis.state = { seen: [], stop: new AbortController() }`

const html = `<!doctype html><title>Client</title><script type="module" src="/page.js"></script>`

async function startServer(
  bundled: string,
  options: Partial<AgenticOptions>,
  streams: Set<IncomingMessage>,
): Promise<{ url: string; agentic: Agentic }> {
  const agentic = createAgentic({
    agents: {},
    durability: 'normal',
    database: temporaryDatabase(),
    ...options,
    owner: ({ headers }) => /user=(\w+)/.exec(headers.get('cookie') ?? '')?.[1] ?? null,
  })
  const handle = nodeHandler(agentic)
  const files: Record<string, string> = { '/client.js': bundled, '/page.js': script }
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events/')) {
      streams.add(request)
      response.on('close', () => streams.delete(request))
    }
    void handle(request, response, () => {
      const file = files[request.url ?? '']
      response.setHeader('Content-Type', file === undefined ? 'text/html' : 'text/javascript')
      response.setHeader('Content-Security-Policy', strictPolicy)
      response.setHeader('Set-Cookie', 'user=ada; HttpOnly; SameSite=Lax; Path=/')
      response.end(file ?? html)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    await agentic.close({ now: true })
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, agentic }
}
