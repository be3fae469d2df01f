import { expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { testApp } from './app.ts'

const owned = routes.filter((route) => route.kind !== 'static')

test.each(owned)('nobody gets past the door: $method $path', async ({ method, path }) => {
  const { ask } = testApp()
  const answer = await ask(method, path, { user: '' })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'unauthenticated' })
})

test('nobody learns which addresses exist', async () => {
  const { ask } = testApp()
  expect((await ask('GET', 'nothing/', { user: '' })).status).toBe(401)
  expect((await ask('PUT', 'runs/', { user: '' })).status).toBe(401)
})

test.each([
  [
    'throws',
    () => {
      throw new Error('secret: the session store is down')
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret: the session store is down'))],
  ['answers a number', () => 5 as never],
])('a resolver that %s is our failure, not the caller’s', async (_what, owner) => {
  const logged: Record<string, unknown>[] = []
  const logger = {
    info() {},
    warn() {},
    error: (fields: Record<string, unknown>) => logged.push(fields),
  }
  const { ask } = testApp({ owner, logger })
  const answer = await ask('GET', 'runs/')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('2')
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'owner_unavailable' })
  expect(text).not.toContain('secret')
  expect(logged).toHaveLength(1)
  expect(logged[0]?.['cause']).toBeInstanceOf(Error)
})

test('stylesheet and scripts are for everyone, and those with a hash in their name are kept for good', async () => {
  const { ask, agentic } = testApp()
  for (const [file, type] of [
    ['agentic.css', 'text/css'],
    ['htmx.min.js', 'text/javascript'],
    ['hx-sse.min.js', 'text/javascript'],
  ] as const) {
    const path = agentic.assetUrl(file).replace('/agents/', '')
    const answer = await ask('GET', path, { user: '' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain(type)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect((await answer.text()).length).toBeGreaterThan(1000)
    const headers = { 'if-none-match': String(answer.headers.get('etag')) }
    expect((await ask('GET', path, { user: '', headers })).status).toBe(304)
    // Its plain name, and the name it has in another version, are asked for again with every page.
    const ofAnother = path.replace(/[-\w]{16}(?=\.\w+$)/, 'x'.repeat(16))
    for (const name of [`static/${file}`, ofAnother]) {
      const other = await ask('GET', name, { user: '' })
      expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'public, no-cache'])
      expect((await ask('GET', name, { user: '', headers })).status).toBe(304)
    }
  }
  expect((await ask('GET', 'static/..%2Fpackage.json', { user: '' })).status).toBe(404)
  expect((await ask('GET', 'static/constructor', { user: '' })).status).toBe(404)
})
