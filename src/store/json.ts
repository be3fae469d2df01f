import { AgenticError } from '../core/errors.ts'
import type { JsonValue } from '../core/run.ts'

/**
 * JSON as it is stored: `JSON.stringify` escapes NUL and lone surrogates, so the text is safe in a TEXT column of
 * any database. What JSON cannot say (undefined, a function) becomes null.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

/** As `toJson`, of what an app's code gives under a name, which may be no JSON at all. */
export function givenJson(name: string, value: unknown): string {
  try {
    return toJson(value)
  } catch (cause) {
    // BigInt, a value within itself, a `toJSON` that throws.
    throw new AgenticError(
      'invalid_request',
      `\`${name}\` cannot be kept as JSON (${String(cause).split('\n')[0]}). Give texts, numbers, booleans, null, and lists and objects of these, none of them within itself.`,
      { cause },
    )
  }
}

export function fromJson<T extends JsonValue = JsonValue>(text: string): T {
  return JSON.parse(text) as T
}
