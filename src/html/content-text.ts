import type { JsonValue } from '../core/run.ts'
import { readable } from './readable.ts'

/**
 * The text of a message's content or of a tool's output: text, one part, or a list of parts.
 * What is no text (an image, a file) is named, not shown: pages load nothing from elsewhere.
 */
export function contentText(content: JsonValue | undefined): string {
  if (Array.isArray(content)) return content.map(partText).join('\n')
  return partText(content)
}

function partText(part: JsonValue | undefined): string {
  if (part === undefined || part === null) return ''
  if (typeof part !== 'object' || Array.isArray(part)) return readable(part)
  if (typeof part.text === 'string') return part.text
  if (typeof part.refusal === 'string') return part.refusal
  if (typeof part.type === 'string') return `[${part.type.replace(/^(in|out)put_/, '')}]`
  return readable(part)
}
