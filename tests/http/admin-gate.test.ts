import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { everyRow } from '../support/every-row.ts'
import { testApp } from './app.ts'
import { addressesOf, furnishedApp, writesOf } from './writes.ts'

/* Generated from the route table, so that a page that is added is swept too. */

const pages = routes.filter(({ kind }) => kind === 'admin')

type Furnished = Awaited<ReturnType<typeof furnishedApp>>

/** All that an answer tells. */
async function told(answer: Response): Promise<unknown> {
  return { status: answer.status, headers: [...answer.headers], text: await answer.text() }
}

const manners: Record<string, string>[] = [
  {},
  { accept: 'text/html' },
  { 'hx-request': 'true', accept: 'text/html' },
  { accept: 'text/event-stream' },
]

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

async function answersAsUnknown({ ask, things }: Furnished, user: string) {
  for (const address of pages.flatMap(({ path }) => addressesOf(path, things))) {
    for (const method of methods) {
      for (const headers of manners) {
        const answer = await ask(method, address, { user, headers })
        const unknown = await ask(method, 'no-such-address/', { user, headers })
        expect(await told(answer), `${method} ${address}`).toEqual(await told(unknown))
        expect(answer.status).toBe(404)
      }
    }
  }
}

test('none of them is there for who is not in charge', async () => {
  const app = await furnishedApp()
  await answersAsUnknown(app, 'bob')
})

test('none of them is there where nobody is said to be in charge', async () => {
  const app = await furnishedApp({ admin: undefined })
  await answersAsUnknown(app, 'ada')
})

test('who is not in charge changes nothing', async () => {
  const { things, ask, database } = await furnishedApp()
  const before = await everyRow(database)
  for (const route of pages.filter(({ method }) => method === 'POST')) {
    for (const { path, fields } of writesOf(route, things)) {
      expect((await ask('POST', path, { user: 'bob', body: fields })).status, path).toBe(404)
    }
  }
  expect(await everyRow(database)).toEqual(before)
})

test('each is a page for who is in charge', async () => {
  const { things, ask } = await furnishedApp()
  for (const route of pages) {
    for (const address of addressesOf(route.path, things)) {
      const [write] = route.method === 'POST' ? writesOf(route, things) : []
      const answer = await ask(route.method, address, { ...(write && { body: write.fields }) })
      expect(answer.status, address).toBe(200)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const policy = answer.headers.get('content-security-policy')
      expect(policy).toContain("default-src 'self'")
      expect(policy).not.toContain('unsafe')
      const html = await answer.text()
      expect(html).toMatch(/^<!doctype html>/)
      expect(html).not.toMatch(/<style|<script>| style=| on\w+=/)
      expect(html).toContain('Signed in as <strong>ada</strong>')
    }
  }
})

test.each([
  ['throws', () => Promise.reject(new Error('secret: the roles cannot be read'))],
  ['answers neither true nor false', () => 'yes' as never],
])('a gate that %s opens nothing, and that is our failure', async (_what, admin) => {
  const logged: unknown[] = []
  const logger = { info() {}, warn() {}, error: (fields: unknown) => logged.push(fields) }
  const { ask } = testApp({ admin, logger })
  const answer = await ask('GET', 'admin/runs/')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('2')
  expect(await answer.json()).toMatchObject({ code: 'owner_unavailable' })
  expect(logged).toHaveLength(1)
  expect((await ask('GET', 'runs/')).status).toBe(200)
})

test('what a gate leaves out is not said to be in charge', async () => {
  const { ask } = testApp({ admin: () => undefined as never })
  expect((await ask('GET', 'admin/')).status).toBe(404)
})

test('the gate is given the framework’s own request, and asked for the pages behind it only', async () => {
  const asked: unknown[] = []
  const { agentic } = testApp({
    admin: (request, original) => {
      asked.push([new URL(request.url).pathname, original])
      return true
    },
  })
  const headers = { 'x-user': 'ada' }
  const get = async (path: string) =>
    agentic.fetch(new Request(`http://app.test/agents/${path}`, { headers }), { roles: ['ops'] })
  expect((await get('runs/')).status).toBe(200)
  expect((await get('admin/runs')).status).toBe(200)
  expect(asked).toEqual([['/agents/admin/runs', { roles: ['ops'] }]])
})

test('what went wrong is a page, too', async () => {
  const { ask } = testApp()
  const unknown = await ask('GET', 'admin/runs/01890000-0000-7000-8000-00000000dead/')
  expect(unknown.status).toBe(404)
  expect(await unknown.text()).toContain('<h1>Not found</h1>')
  const wrong = await ask('GET', 'admin/runs/?status=odd')
  expect(wrong.status).toBe(400)
  expect(await wrong.text()).toMatch(/<h1>That did not work<\/h1>[^]*must be one of pending/)
  const method = await ask('PUT', 'admin/runs/')
  expect(method.status).toBe(405)
  expect(method.headers.get('allow')).toBe('GET, HEAD')
})

test('the page on the admin names each of its addresses', () => {
  const page = readFileSync(new URL('../../docs/admin.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^\| `([A-Z]+ \S+)`/gm)].map(([, route]) => route)
  expect(new Set(named)).toEqual(new Set(pages.map(({ method, path }) => `${method} ${path}`)))
})
