import type { JsonValue } from '../core/run.ts'

/**
 * JSON as it is stored: `JSON.stringify` escapes NUL and lone surrogates, so the text is safe in a TEXT column of
 * any database. What JSON cannot say (undefined, a function) becomes null.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

export function fromJson<T extends JsonValue = JsonValue>(text: string): T {
  return JSON.parse(text) as T
}
