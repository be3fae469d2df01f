import type { JsonValue } from '../core/run.ts'
import { contentText } from '../html/content-text.ts'

type Item = { [key: string]: JsonValue }

/** What a model answered, as a person reads it; the recorded answer itself when it is none that we know. */
export function responseWords(result: JsonValue): JsonValue {
  if (!isObject(result) || !Array.isArray(result['output'])) return result
  return result['output'].map((item) => (isObject(item) ? words(item) : '')).join('\n\n')
}

function words(item: Item): string {
  const { type = 'message', name = '', arguments: given } = item
  if (type === 'message') return contentText(item['content'])
  if (type === 'function_call') return `→ ${contentText(name)}(${contentText(given)})`
  if (type === 'reasoning') return `[reasoning] ${contentText(item['content'])}`.trim()
  return JSON.stringify(item)
}

function isObject(value: JsonValue): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
