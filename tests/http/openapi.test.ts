import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { errorCatalogue } from '../../src/core/errors.ts'
import { routes } from '../../src/routes.ts'
import { assertDocumented, checkedStream } from '../support/openapi-check.ts'
import { testApp } from './app.ts'

/** The admin's pages are for people; `docs/admin.md` has them. */
const documented = routes.filter(({ kind }) => kind !== 'admin')

async function documentOf(app = testApp()) {
  return (await app.ask('GET', 'openapi.json', { user: '' })).json()
}

test('the document is valid OpenAPI 3.1, and for everyone', async () => {
  const document = await documentOf()
  expect(await new Validator().validate(document)).toEqual({ valid: true })
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/agents' }] })
})

test('it lists the routes of the table and no others, but for the pages of people in charge', async () => {
  const { paths } = await documentOf()
  const listed = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const table = documented.map(
    ({ method, path }) =>
      `${method} /${path.replaceAll(/:(\w+)/g, '{$1}').replace('.json/', '.json')}`,
  )
  expect(listed.sort()).toEqual(table.sort())
})

test('it says what is accepted, as the checks do', async () => {
  const { paths, components } = await documentOf()
  const submit = paths['/runs/'].post.requestBody.content
  expect(submit['application/json'].schema).toMatchObject({
    required: ['session_key', 'input'],
    additionalProperties: false,
    properties: { config: { properties: { max_turns: { type: 'integer', minimum: 1 } } } },
  })
  const form = submit['application/x-www-form-urlencoded']
  expect(form.schema.properties.input).toEqual({ type: 'string' })
  expect(form.encoding.context).toEqual({ contentType: 'application/json' })
  const limit = paths['/runs/'].get.parameters.find(
    ({ name }: { name: string }) => name === 'limit',
  )
  expect(limit.schema).toEqual({ type: 'integer', minimum: 1, maximum: 200 })
  expect(components.schemas.Error.properties.code.enum).toEqual(Object.keys(errorCatalogue))
  expect(paths['/runs/'].post.responses[429].description).toBe('`rate_limited`, `too_many_pending`')
})

test('it says in words what each operation and each of its parameters is for', async () => {
  const { paths } = await documentOf()
  const operations = Object.values(paths).flatMap((path) => Object.values(path as object))
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(documented.length)
  for (const { operationId, summary, parameters } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z].+\.$/)
    for (const { name, description } of parameters) {
      expect(description, `${operationId}: ${name}`).toMatch(/^[A-Z`].+\.$/)
    }
  }
})

test('the page about HTTP names each route', () => {
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^\| `([A-Z]+ \S+)`/gm)].map(([, route]) => route)
  expect(new Set(named)).toEqual(new Set(documented.map(({ method, path }) => `${method} ${path}`)))
})

test('it is asked for again only when it has changed', async () => {
  const { ask } = testApp()
  const etag = String((await ask('GET', 'openapi.json')).headers.get('etag'))
  const again = await ask('GET', 'openapi.json', { headers: { 'if-none-match': etag } })
  expect(again.status).toBe(304)
})

test('an answer that is not in it fails the tests', async () => {
  const run = { run_id: 'x', surprise: true }
  await expect(assertDocumented('GET', '/runs/x/', Response.json(run))).rejects.toThrow('surprise')
  const teapot = Response.json({ error: 'No', code: 'internal' }, { status: 418 })
  await expect(assertDocumented('GET', '/runs/x/', teapot)).rejects.toThrow('may answer 418')
  const error = Response.json({ error: 'No', code: 'made_up' }, { status: 404 })
  await expect(assertDocumented('GET', '/runs/x/', error)).rejects.toThrow('code')
  const ofAnother = Response.json({ error: 'No', code: 'events_off' }, { status: 404 })
  await expect(assertDocumented('GET', '/runs/x/', ofAnother)).rejects.toThrow('code')
  const fact = { error: 'No', code: 'not_found', surprise: true }
  const errorWithFact = Response.json(fact, { status: 404 })
  await expect(assertDocumented('GET', '/runs/x/', errorWithFact)).rejects.toThrow('surprise')
  const page = new Response('Done', { headers: { 'content-type': 'text/html' } })
  await expect(assertDocumented('DELETE', '/sessions/x/', page)).rejects.toThrow('types')
})

test('so does a message of a stream', async () => {
  const event = { sequence: 1, event_type: 'run.created', payload: {}, created_at: 'today' }
  const headers = { 'content-type': 'text/event-stream' }
  const stream = new Response(`data: ${JSON.stringify(event)}\n\n`, { headers })
  const complaints: unknown[] = []
  const checked = checkedStream('GET', '/runs/x/events/', stream, (error) => complaints.push(error))
  await expect(checked.text()).rejects.toThrow('date-time')
  expect(complaints).toHaveLength(1)
})
