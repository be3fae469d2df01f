import { AgenticError } from '../../core/errors.ts'
import { assertStorable } from './storable.ts'

/** JSON text as a value that can be stored and read back unchanged; `field` when it is one field of a form. */
export function parseJson(text: string, field = ''): unknown {
  const value = parseText(text, field === '' ? 'The request body' : `\`${field}\``)
  assertStorable(value, field)
  return value
}

function parseText(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AgenticError('invalid_json', `${what} is not valid JSON: ${reason}.`, { cause })
  }
}
