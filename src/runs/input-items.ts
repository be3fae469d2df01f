import type { JsonValue } from '../core/run.ts'
import type { SessionItem } from '../core/session.ts'

/** What a client sent, as the SDK's input items. */
export function inputItems(input: JsonValue): SessionItem[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  return input as SessionItem[]
}
