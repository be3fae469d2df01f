import type { SessionItem } from '../core/session.ts'

/**
 * The newest `limit` of a session's items. When some before them are left out, what is given begins at a user message:
 * never between a call and its result, or a reasoning item and what follows it. Without a user message among them it
 * begins at the first; results whose call was left out are dropped.
 */
export function recentHistory(items: SessionItem[], limit: number): SessionItem[] {
  return items.length <= limit ? items : fromUserMessage(items.slice(-limit))
}

function fromUserMessage(items: SessionItem[]): SessionItem[] {
  const start = items.findIndex((item) => item['role'] === 'user')
  if (start > 0) return items.slice(start)
  if (start === 0) return items
  const calls = new Set(items.filter(isCall).map((item) => item['callId']))
  return items.filter((item) => !isResult(item) || calls.has(item['callId']))
}

function isCall(item: SessionItem): boolean {
  return item['type'] === 'function_call'
}

function isResult(item: SessionItem): boolean {
  return item['type'] === 'function_call_result'
}
