import { AgenticError } from '../../core/errors.ts'

const maxDepth = 64

/** JSON text as a value that can be stored and read back unchanged. `what` names it in messages. */
export function parseJson(text: string, what: string): unknown {
  const value = parseText(text, what)
  assertStorable(value, what)
  return value
}

function parseText(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AgenticError('invalid_json', `${what} is not valid JSON: ${reason}`, { cause })
  }
}

/**
 * Refuses what would not survive storage, or would surprise whoever reads it: too deep nesting, numbers beyond a
 * double, NUL and lone surrogates in text, and the key `__proto__`. Walks with a list of its own, so depth cannot exhaust the stack.
 */
export function assertStorable(root: unknown, what: string): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value === 'string') assertText(value, what)
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new AgenticError(
        'invalid_json',
        `${what} has a number that is too large for JSON readers.`,
      )
    }
    if (value === null || typeof value !== 'object') continue
    if (depth >= maxDepth) {
      throw new AgenticError(
        'invalid_json',
        `${what} is nested deeper than ${maxDepth} levels; send it flatter.`,
      )
    }
    for (const [key, inner] of Object.entries(value)) {
      assertKey(key, what)
      open.push({ value: inner, depth: depth + 1 })
    }
  }
}

function assertKey(key: string, what: string): void {
  if (key === '__proto__') {
    throw new AgenticError(
      'invalid_request',
      `${what} has a field named \`__proto__\`; leave it out.`,
    )
  }
  assertText(key, what)
}

function assertText(text: string, what: string): void {
  if (text.includes('\0')) {
    throw new AgenticError('invalid_input', `${what} has text with a NUL character; leave it out.`)
  }
  if (!text.isWellFormed()) {
    throw new AgenticError(
      'invalid_input',
      `${what} has text with half a surrogate pair; send whole characters.`,
    )
  }
}
