import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'
import { openApiOf } from '../../src/http/openapi.ts'
import { routes } from '../../src/http/routes.ts'

type Json = Record<string, unknown>
interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Json }> }>
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
  const [asked = ''] = address.split('?')
  const path = paths.find(({ pattern }) => pattern.test(asked))?.path
  const operation =
    path && document.paths[path]?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()]
  // What names no route is an error for everyone alike.
  if (!path || !operation) return assertError(answer)
  const documented = operation.responses[answer.status]
  expect(documented, `${method} ${path} may answer ${answer.status}`).toBeDefined()
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';')
  const types = Object.keys(documented?.content ?? {})
  if (types.length > 0 && answer.status !== 304) expect(types, `${method} ${path}`).toContain(type)
  if (type !== 'application/json' || method === 'HEAD') return
  const pointer = ['paths', path, method.toLowerCase(), 'responses', answer.status]
  assertMatches([...pointer, 'content', type, 'schema'], await answer.clone().json())
}

async function assertError(answer: Response): Promise<void> {
  expect(answer.status).toBeGreaterThanOrEqual(400)
  if (!answer.headers.get('content-type')?.includes('json')) return
  assertMatches(['components', 'schemas', 'Error'], await answer.clone().json())
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
  const isError = 'properties' in schema && 'code' in (schema['properties'] as Json)
  if (schema['type'] === 'object' && 'properties' in schema && !isError) {
    schema['additionalProperties'] ??= false
  }
  Object.values(schema).forEach(closeObjects)
}
