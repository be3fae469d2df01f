import type { JsonValue } from '../core/run.ts'

/** Text as it is, anything else as indented JSON. */
export function readable(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2)
}

/** JSON text is indented for reading; text that is no JSON stays as it is. */
export function readableJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // A model may send arguments that are no JSON; showing them unchanged is the truth.
    return text
  }
}
