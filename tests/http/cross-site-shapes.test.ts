import type { Agentic } from 'agentic-node'
import { expect, test } from 'vitest'
import { everyRow } from '../support/every-row.ts'
import { shapes, type Shape } from './shapes.ts'
import { furnishedApp, writeRoutes, writesOf, type Write } from './writes.ts'

type Headers = Record<string, string>

const cookie = { cookie: 'sid=1' }
const own = { ...cookie, 'sec-fetch-site': 'same-origin', origin: 'http://app.test' }
const told = { publicOrigin: 'https://desk.example', trustedOrigins: ['https://app.example'] }

const strangers: Record<string, Headers> = {
  'another site': { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  'a neighbour': { ...cookie, 'sec-fetch-site': 'same-site', origin: 'http://app.test:8080' },
  'another site in an old browser': { ...cookie, origin: 'http://evil.example' },
  'a page that hides itself': { ...cookie, origin: 'null' },
  'a program with a cookie': cookie,
}

/** What a page may add, or a proxy is told by it: none of these says who sent the request. */
const additions: Headers[] = [
  { host: 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { forwarded: 'host=evil.example;proto=https' },
  { 'x-original-host': 'evil.example', 'x-host': 'evil.example' },
  { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
  { 'x-original-url': '/agents/static/agentic.css', 'x-rewrite-url': '/' },
  { referer: 'http://app.test/chat' },
  { referer: 'https://desk.example/chat' },
  { 'x-requested-with': 'XMLHttpRequest', 'x-csrf-token': 'x' },
  { 'hx-request': 'true', 'hx-current-url': 'http://app.test/chat' },
  { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' },
  { accept: 'text/html', 'upgrade-insecure-requests': '1' },
  { accept: 'text/event-stream' },
  { 'x-http-method-override': 'GET', 'x-http-method': 'GET', 'x-method-override': 'GET' },
  { 'access-control-request-method': 'POST', 'sec-purpose': 'prefetch' },
  { 'idempotency-key': 'k', 'content-encoding': 'identity' },
]

test.each(writeRoutes)('$method $path of other sites is refused in every shape', async (route) => {
  const { agentic, database, things } = await furnishedApp()
  const before = await everyRow(database)
  for (const write of writesOf(route, things)) {
    for (const shape of [...shapes, nothing]) {
      for (const [who, headers] of Object.entries(strangers)) {
        const answer = await send(agentic, write, shape, headers)
        expect(answer.status, `${shape.what} of ${who}`).toBe(403)
        expect(await answer.json()).toMatchObject({ code: 'cross_site' })
      }
    }
  }
  expect(await everyRow(database)).toEqual(before)
})

test.each(writeRoutes)('$method $path is refused whatever else is said', async (route) => {
  for (const options of [{}, told]) {
    const { agentic, database, things } = await furnishedApp(options)
    const before = await everyRow(database)
    for (const write of writesOf(route, things)) {
      for (const more of additions) {
        for (const [who, headers] of Object.entries(strangers)) {
          const answer = await send(agentic, write, json, { ...headers, ...more })
          expect(answer.status, `${who} with ${JSON.stringify(more)}`).toBe(403)
          expect(await answer.text()).toMatch(/cross_site|came from another site/)
        }
      }
    }
    expect(await everyRow(database)).toEqual(before)
  }
})

test.each(writeRoutes)(
  '$method $path of the own page acts, if it is JSON or a form',
  async (route) => {
    const unread = await furnishedApp()
    const before = await everyRow(unread.database)
    for (const shape of shapes.filter(({ isRead }) => !isRead && route.body !== undefined)) {
      for (const write of writesOf(route, unread.things)) {
        const answer = await send(unread.agentic, write, shape, own)
        expect(answer.status, shape.what).toBe(415)
      }
    }
    expect(await everyRow(unread.database)).toEqual(before)
    for (const shape of shapes.filter(({ isRead }) => isRead)) {
      const { agentic, database, things } = await furnishedApp()
      const old = await everyRow(database)
      const answers = writesOf(route, things).map(async (write) => send(agentic, write, shape, own))
      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      expect(Math.min(...statuses), shape.what).toBeLessThan(300)
      expect(await everyRow(database), shape.what).not.toEqual(old)
    }
  },
)

const json: Shape = shapes[0] as Shape
/** Enough for what needs no fields. */
const nothing: Shape = { what: 'nothing', type: null, body: () => '', isRead: true }

/** As bytes, which have no type but the one that is named. */
async function send(
  agentic: Agentic,
  { method, path, fields }: Write,
  { type, body }: Shape,
  more: Headers,
): Promise<Response> {
  const headers = { 'x-user': 'ada', ...(type === null ? {} : { 'content-type': type }), ...more }
  const bytes = new TextEncoder().encode(body(fields))
  return agentic.fetch(
    new Request(`http://app.test/agents/${path}`, { method, headers, body: bytes }),
  )
}
