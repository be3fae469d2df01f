import type { JsonValue } from './run.ts'

/** A conversation: `(owner, key)`, its ordered items and metadata. */
export interface Session {
  id: string
  owner: string
  /** `[-a-zA-Z0-9_]{1,255}`, unique per owner. */
  key: string
  metadata: Record<string, JsonValue>
  createdAt: number
  updatedAt: number
}

/**
 * One SDK input item (message, function_call, function_call_result, reasoning …) exactly as the SDK gave it.
 * It is kept opaque here; the SDK's `AgentInputItem` describes it.
 */
export type SessionItem = { [key: string]: JsonValue }

export const sessionKeyPattern = /^[-a-zA-Z0-9_]{1,255}$/
