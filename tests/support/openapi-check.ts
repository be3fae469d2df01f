import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { createParser } from 'eventsource-parser'
import { expect } from 'vitest'
import { openApiOf } from '../../src/http/openapi.ts'
import { routes } from '../../src/routes.ts'

type Json = Record<string, unknown>
interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Json; 'x-data'?: Json }> }>
}

const document = JSON.parse(openApiOf(routes, '/agents').text) as {
  paths: Record<string, Record<string, Operation>>
}
closeObjects(document)

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'document', ...document })

const paths = Object.keys(document.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
}))

/** What an answer is must be in `openapi.json`: its status, its media type, and each of its fields. */
export async function assertDocumented(
  method: string,
  address: string,
  answer: Response,
): Promise<void> {
  const { path, operation, verb } = operationOf(method, address)
  // A page for people in charge, or for everybody else an error.
  if (isAdmin(address) && mediaType(answer) === 'text/html') return
  // What names no route is an error for everyone alike.
  if (operation === undefined) return assertError(answer)
  const response = operation.responses[answer.status]
  expect(response, `${method} ${path} may answer ${answer.status}`).toBeDefined()
  const type = mediaType(answer)
  const types = Object.keys(response?.content ?? {})
  if (types.length === 0) types.push('')
  expect(types, `the types that ${method} ${path} may answer ${answer.status} with`).toContain(type)
  if (type !== 'application/json' || method === 'HEAD') return
  const pointer = ['paths', path, verb, 'responses', answer.status]
  assertMatches([...pointer, 'content', type, 'schema'], await answer.clone().json())
}

function operationOf(method: string, address: string) {
  const [asked = ''] = address.split('?')
  const path = paths.find(({ pattern }) => pattern.test(asked))?.path ?? ''
  const verb = (method === 'HEAD' ? 'GET' : method).toLowerCase()
  return { path, verb, operation: document.paths[path]?.[verb] }
}

function isAdmin(address: string): boolean {
  return address.startsWith('/admin/')
}

async function assertError(answer: Response): Promise<void> {
  expect(answer.status).toBeGreaterThanOrEqual(400)
  if (mediaType(answer) !== 'application/json') return
  const text = await answer.clone().text()
  // Of a HEAD there is none.
  if (text !== '') assertMatches(['components', 'schemas', 'Error'], JSON.parse(text))
}

function mediaType(answer: Response): string {
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';')
  return type
}

/** The answer of a stream, looked at as it is read: nothing is asked for by this. A wrong message breaks it. */
export function checkedStream(
  method: string,
  address: string,
  answer: Response,
  complain: (error: unknown) => void,
): Response {
  const check = method === 'HEAD' ? null : messageCheck(method, address, answer)
  if (answer.body === null || check === null) return answer
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: ({ data }) => check(JSON.parse(data)) })
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        try {
          parser.feed(decoder.decode(value, { stream: true }))
        } catch (error) {
          complain(error)
          throw error
        }
        controller.enqueue(value)
      },
      cancel: async (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, answer)
}

/** What the data of a stream's messages must be; null for one that has no JSON in them. */
function messageCheck(method: string, address: string, answer: Response) {
  const { path, verb, operation } = operationOf(method, address)
  const type = mediaType(answer)
  const data = operation?.responses[answer.status]?.content?.[type]?.['x-data']
  if (data === undefined) return null
  const pointer = ['paths', path, verb, 'responses', answer.status, 'content', type, 'x-data']
  return (value: unknown) => assertMatches(pointer, value)
}

function assertMatches(pointer: (string | number)[], value: unknown): void {
  const fragment = pointer.map((part) =>
    encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')),
  )
  const validate = ajv.getSchema(`document#/${fragment.join('/')}`)
  if (validate === undefined) throw new Error(`No schema at ${pointer.join(' ')}`)
  if (!validate(value)) {
    const errors = validate.errors?.map((each) => JSON.stringify(each)).join('\n')
    throw new Error(`Not as at ${pointer.join(' ')}:\n${errors}`)
  }
}

/** A field that the document does not name fails here, though clients are told to expect more of them. */
function closeObjects(value: unknown): void {
  if (value === null || typeof value !== 'object') return
  const schema = value as Json
  if (schema['type'] === 'object' && 'properties' in schema) {
    schema['additionalProperties'] ??= false
  }
  Object.values(schema).forEach(closeObjects)
}
