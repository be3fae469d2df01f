import { expect, test } from 'vitest'
import { routes } from '../../src/routes.ts'
import { everyRow } from '../support/every-row.ts'
import { addressesOf, furnishedApp, writeRoutes } from './writes.ts'

type Headers = Record<string, string>

const cookie = { cookie: 'sid=1' }
const foreign = { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
const own = { ...cookie, 'sec-fetch-site': 'same-origin' }

const manners: Headers[] = [
  {},
  { accept: 'text/html' },
  { accept: 'text/html', 'hx-request': 'true' },
  { accept: 'text/event-stream' },
]

/** Where frameworks look for another method than the request's. */
const overrides = (method: string): Headers => ({
  'x-http-method-override': method,
  'x-http-method': method,
  'x-method-override': method,
  'content-type': 'application/x-www-form-urlencoded',
})

const paths = [...new Set(routes.map(({ path }) => path))]

test.each(paths)('%s can be read from everywhere, and reading changes nothing', async (path) => {
  const { ask, database, things } = await furnishedApp()
  const before = await everyRow(database)
  const readable = routes.some((route) => route.path === path && route.method === 'GET')
  for (const address of addressesOf(path, { ...things, file: ['agentic.css'] })) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const manner of manners) {
        const answer = await ask(method, address, { headers: { ...foreign, ...manner } })
        await answer.body?.cancel()
        const isRead = readable && method !== 'OPTIONS'
        expect(answer.status < 400, `${method} ${JSON.stringify(manner)}`).toBe(isRead)
        const granted = [...answer.headers.keys()].filter((name) =>
          name.startsWith('access-control'),
        )
        expect(granted).toEqual([])
      }
    }
  }
  expect(await everyRow(database)).toEqual(before)
})

test.each(writeRoutes)('no request is $method $path but one of that method', async (route) => {
  const { ask, database, things } = await furnishedApp()
  const before = await everyRow(database)
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => each !== route.method)
  for (const address of addressesOf(route.path, things)) {
    for (const method of others) {
      for (const sender of [foreign, own]) {
        const headers = { ...sender, ...overrides(route.method) }
        const field = `_method=${route.method}`
        const answer = await ask(method, `${address}?${field}`, {
          headers,
          ...(method === 'GET' ? {} : { body: field }),
        })
        await answer.body?.cancel()
        if (method === 'GET') continue
        // Of the own page it may be another route's, which takes no such field.
        const expected = sender === foreign ? [403] : [400, 405]
        expect(expected, `${method} ${address}`).toContain(answer.status)
      }
    }
  }
  expect(await everyRow(database)).toEqual(before)
})

const readPaths = routes.filter(({ kind }) => kind === 'read').map(({ path }) => path)

test.each(readPaths)('%s is shown inside of no page of another origin', async (path) => {
  const { ask, things } = await furnishedApp()
  const framed = async (address: string, site: Headers, part: string) => {
    const headers = { ...cookie, accept: 'text/html', ...site, 'sec-fetch-dest': part }
    const answer = await ask('GET', address, { headers })
    await answer.body?.cancel()
    return answer.status
  }
  for (const address of addressesOf(path, things)) {
    for (const part of ['iframe', 'frame', 'embed', 'object', 'fencedframe']) {
      for (const site of ['cross-site', 'same-site']) {
        expect(await framed(address, { 'sec-fetch-site': site }, part), part).toBe(403)
      }
      expect(await framed(address, { 'sec-fetch-site': 'same-origin' }, part)).toBeLessThan(400)
    }
    expect(await framed(address, foreign, 'document')).toBeLessThan(400)
  }
})
