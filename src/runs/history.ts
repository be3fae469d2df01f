import type { SessionItem } from '../core/session.ts'

/**
 * Cuts a window of a session's newest items so that it begins at a user message: never between a call and its result,
 * or a reasoning item and what follows it. A window without a user message begins at its first item that needs none
 * before it; results whose call lies before the window are dropped.
 */
export function recentHistory(items: SessionItem[]): SessionItem[] {
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
