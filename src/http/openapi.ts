import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { errorCatalogue, type ErrorCode } from '../core/errors.ts'
import type { Answer } from './described-answers.ts'
import { described, jsonSchemaOf } from './documented.ts'
import type { NamedRoute, Route } from './route.ts'

type Json = Record<string, unknown>

export interface OpenApi {
  text: string
  etag: string
}

/**
 * The OpenAPI 3.1 document of a route table, from the schemas that check its requests. The admin's pages are left out:
 * they are for people, and whoever may not see them is not told of them.
 */
export function openApiOf(routes: readonly NamedRoute[], basePath: string): OpenApi {
  const schemas: Json = { Error: errorSchema }
  const paths: Record<string, Json> = {}
  for (const route of routes.filter(({ kind }) => kind !== 'admin')) {
    const path = `/${route.path.replaceAll(/:(\w+)/g, '{$1}').replace(/\.json\/$/, '.json')}`
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) }
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'agentic-node', version: packageVersion(), description },
    servers: [{ url: basePath }],
    paths,
    components: { schemas },
  }
  // Schemas refer to each other by where they were defined; in the document that is here.
  const text = JSON.stringify(document).replaceAll('"#/$defs/', '"#/components/schemas/')
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  return { text, etag: `"${digest}"` }
}

const description =
  'Runs of agents, their sessions and events. Everything but static files and this document is of the caller alone, ' +
  'who is known by whatever the `owner` resolver of the app accepts, such as its cookie or a token. ' +
  'Paths may be asked for without their trailing slash.'

const errorSchema = {
  type: 'object',
  required: ['error', 'code'],
  properties: {
    error: { type: 'string', description: 'A sentence a person can act on.' },
    code: { enum: Object.keys(errorCatalogue) },
    first_available: {
      type: 'integer',
      description: 'Of `events_pruned`: the sequence of the first event that is still kept.',
    },
    run_id: {
      type: 'string',
      description:
        'Of `session_busy`: the run that has not ended. Of `events_pruned`: whose events are kept no more.',
    },
  },
}

function operation(route: NamedRoute, schemas: Json): Json {
  const [thing = ''] = route.path.split('/')
  return {
    operationId: route.name,
    tags: [route.kind === 'static' ? 'public' : thing],
    summary: route.summary,
    parameters: [
      ...parameters('path', route.params, schemas),
      ...parameters('query', route.query, schemas),
      ...parameters('header', route.headers, schemas),
      ...parameters('header', askedBy(route), schemas),
    ],
    ...(route.body === undefined ? {} : { requestBody: requestBody(route.body, schemas) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answers]) => [
          status,
          {
            ...response([answers].flat(), schemas),
            ...headersOf(route, Number(status)),
          },
        ]),
      ),
      ...errorResponses(route),
    },
  }
}

function parameters(place: string, schema: Route['params'], schemas: Json): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input', schemas)
  return Object.entries(properties as Record<string, Json>).map(([name, each]) => {
    const { description, ...own } = each
    const isRequired = (required as string[]).includes(name)
    return { name, in: place, description, required: isRequired, schema: own }
  })
}

const ifNoneMatch = described(z.string().optional(), 'The `ETag` of the version that one has.')
const hxRequest = described(z.literal('true').optional(), 'Sent by htmx, which is given HTML.')

/** The headers that follow from what a route may answer. */
function askedBy({ answers }: Route): z.ZodObject {
  const isHtml = Object.values(answers)
    .flat()
    .some(({ type }) => type === 'text/html')
  return z.object({
    ...(304 in answers ? { 'If-None-Match': ifNoneMatch } : {}),
    ...(isHtml ? { 'HX-Request': hxRequest } : {}),
  })
}

/** A form cannot say a list of messages, nor a result but text; its `config`, `context` and `arguments` are JSON. */
function requestBody(body: NonNullable<Route['body']>, schemas: Json): Json {
  const schema = schemaOf(body, 'input', schemas)
  const properties = schema['properties'] as Json
  const texts = ['input', 'result'].filter((name) => name in properties)
  const asText = texts.map((name) => [name, { type: 'string' }] as const)
  const form = { ...properties, ...Object.fromEntries(asText) }
  const asJson = Object.fromEntries(
    ['config', 'context', 'arguments']
      .filter((name) => name in properties)
      .map((name) => [name, { contentType: 'application/json' }]),
  )
  const asForm = { schema: { ...schema, properties: form }, encoding: asJson }
  return {
    required: schema['required'] !== undefined,
    content: {
      'application/json': { schema },
      'application/x-www-form-urlencoded': asForm,
      'multipart/form-data': asForm,
    },
  }
}

function response(answers: Answer[], schemas: Json): Json {
  const content = answers.flatMap(({ json, type, data }) => {
    if (json !== undefined) {
      return [['application/json', { schema: schemaOf(json, 'output', schemas) }]]
    }
    if (type === undefined) return []
    // What the messages of a stream carry has no place in OpenAPI 3.1.
    const inMessages = data === undefined ? {} : { 'x-data': schemaOf(data, 'output', schemas) }
    return [[type, { schema: { type: 'string' }, ...inMessages }]]
  })
  return {
    description: answers.map((answer) => answer.description).join(' '),
    ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }),
  }
}

const texts = (descriptions: Record<string, string>) => ({
  headers: Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  ),
})

const retryAfter = texts({ 'Retry-After': 'After how many seconds the same may succeed.' })

function headersOf({ answers }: Route, status: number): Json {
  if (status === 303) return texts({ Location: 'The path of that page.' })
  const isVersioned = (status === 200 && 304 in answers) || status === 304
  return isVersioned ? texts({ ETag: 'The version; not of a stream.' }) : {}
}

function errorResponses(route: Route): Json {
  const codes = Map.groupBy(errorsOf(route), (code) => errorCatalogue[code])
  return Object.fromEntries(
    [...codes].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\``).join(', '),
        content: {
          'application/json': {
            schema: { $ref: '#/$defs/Error', properties: { code: { enum: ofStatus } } },
          },
          // To a form, be it htmx's or a browser's.
          ...(route.method === 'GET' ? {} : { 'text/html': { schema: { type: 'string' } } }),
        },
        ...(Number(status) === 429 || Number(status) >= 503 ? retryAfter : {}),
      },
    ]),
  )
}

/** Which errors follow from what a route is, and those of its own. */
function errorsOf({ kind, params, query, body, headers, errors = [] }: Route): ErrorCode[] {
  const codes: ErrorCode[] = ['internal']
  if (kind !== 'static') {
    codes.push('unauthenticated', 'owner_unavailable', 'closed', 'database_unavailable')
    codes.push('database_locked', 'cross_site')
  }
  if (kind === 'write') codes.push('commit_unknown', 'database_full')
  if (params !== undefined) codes.push('not_found')
  if (query !== undefined || headers !== undefined) codes.push('invalid_request')
  if (body !== undefined) {
    codes.push('invalid_request', 'invalid_json', 'invalid_input', 'too_large')
    codes.push('unsupported_media_type', 'request_timeout')
  }
  return [...new Set([...codes, ...errors])]
}

/** The schema, whose components go where all routes share them. */
function schemaOf(
  schema: NonNullable<Route['params']>,
  io: 'input' | 'output',
  schemas: Json,
): Json {
  const { $defs, ...own } = jsonSchemaOf(schema, io)
  Object.assign(schemas, $defs)
  return own
}

function packageVersion(): string {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  return version
}
