import { AgenticError, type ErrorCode } from '../../core/errors.ts'

const maxDepth = 64

interface Place {
  value: unknown
  path: string
  depth: number
}

/**
 * Refuses what would not survive storage, or would surprise whoever reads it: too deep nesting, numbers beyond a
 * double, NUL and lone surrogates in text, and the key `__proto__`. `path` names the root in messages. Walks with a
 * list of its own, so that depth cannot exhaust the stack.
 */
export function assertStorable(root: unknown, path = ''): void {
  const open: Place[] = [{ value: root, path, depth: 0 }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    assertValue(place)
    // One by one: an argument list as long as a hostile array would exhaust the stack.
    for (const inner of inside(place)) open.push(inner)
  }
}

function inside({ value, path, depth }: Place): Place[] {
  if (value === null || typeof value !== 'object') return []
  if (Array.isArray(value)) {
    return value.map((inner, index) => ({
      value: inner,
      path: `${path}[${index}]`,
      depth: depth + 1,
    }))
  }
  return Object.entries(value).map(([key, inner]) => {
    assertKey(key, path)
    return { value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 }
  })
}

function assertValue({ value, path, depth }: Place): void {
  if (typeof value === 'string') assertText(value, named(path))
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw refuse('invalid_json', `${named(path)} is a number too large for JSON readers`)
  }
  if (depth > maxDepth)
    throw refuse('invalid_json', `The request is nested deeper than ${maxDepth} levels`)
}

function assertKey(key: string, path: string): void {
  if (key === '__proto__') {
    throw refuse('invalid_request', `${named(path)} has a field with the name \`__proto__\``)
  }
  assertText(key, `A field name in ${named(path)}`)
}

function assertText(text: string, place: string): void {
  if (text.includes('\0')) throw refuse('invalid_input', `${place} has a NUL character`)
  if (!text.isWellFormed()) throw refuse('invalid_input', `${place} has half a surrogate pair`)
}

function named(path: string): string {
  return path === '' ? 'the request' : `\`${path.slice(0, 200)}\``
}

function refuse(code: ErrorCode, problem: string): AgenticError {
  const sentence = problem.charAt(0).toUpperCase() + problem.slice(1)
  return new AgenticError(code, `${sentence}, which cannot be kept as it is; leave it out.`)
}
