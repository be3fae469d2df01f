import type { JsonValue } from '../core/run.ts'
import { count } from './words.ts'

/** How much of a text a conversation shows, and of a list of texts together. */
const shownCharacters = 4_000

/** An item with its long texts cut, each saying of how much it is the beginning. */
export function shortenedItem<Item extends { [key: string]: JsonValue }>(item: Item): Item {
  return shortened(item) as Item
}

function shortened(value: JsonValue): JsonValue {
  if (typeof value === 'string') return shortenedText(value)
  if (Array.isArray(value)) return shortenedList(value)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each)]))
}

function shortenedText(text: string): string {
  if (text.length <= shownCharacters) return text
  const shown = text.slice(0, shownCharacters).toWellFormed()
  return `${shown}… (the first ${count(shownCharacters)} of ${count(text.length)} characters)`
}

/** Of many parts so many that have room, at least one. */
function shortenedList(parts: JsonValue[]): JsonValue[] {
  const shown: JsonValue[] = []
  let room = shownCharacters
  for (const part of parts) {
    if (room <= 0) break
    const short = shortened(part)
    shown.push(short)
    room -= JSON.stringify(short).length
  }
  if (shown.length === parts.length) return shown
  const text = `… (the first ${count(shown.length)} of ${count(parts.length)} parts)`
  return [...shown, { type: 'text', text }]
}
