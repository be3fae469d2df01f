import { sql, type RawBuilder } from 'kysely'
import type { JsonValue } from '../core/run.ts'
import { fromJson } from './json.ts'

/**
 * A column that may be long, read up to so many characters, with the bytes that all of it has: these are known without
 * reading it.
 */
export function cutColumn(table: string, column: string, characters: number): RawBuilder<unknown> {
  const whole = sql.ref(`${table}.${column}`)
  const part = sql`substr(${whole}, 1, ${sql.lit(characters)})`
  return sql`${part} as ${sql.ref(column)}, octet_length(${whole}) as ${sql.ref(`${column}_bytes`)}`
}

/** As read by `cutColumn`. */
export type CutColumns<Name extends string> = Record<Name, string | null> &
  Record<`${Name}_bytes`, number | null>

export function isCut(text: string | null, bytes: number | null): boolean {
  return text !== null && bytes !== null && Buffer.byteLength(text) < bytes
}

/** The value of a JSON text; of one that was cut, its beginning: of a string's own text, otherwise of the JSON. */
export function valueOf(text: string | null, bytes: number | null): JsonValue {
  if (text === null) return null
  if (!isCut(text, bytes)) return fromJson(text)
  return text.startsWith('"') ? beginningOfString(text) : text
}

/** `\\ud83d` is the longest that a cut may fall into. */
const longestEscape = 6

function beginningOfString(text: string): string {
  for (let less = 0; less < longestEscape; less += 1) {
    try {
      return fromJson<string>(`${text.slice(0, text.length - less)}"`).toWellFormed()
    } catch {
      // The cut fell into an escape, which goes.
    }
  }
  return text
}
