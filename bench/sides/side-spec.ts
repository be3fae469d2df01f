import type { Hono } from 'hono'

/** What the process of one side is told, as JSON in its arguments. */
export interface SideSpec {
  kind: 'bare' | 'bare-stream' | 'hand-rolled' | 'ours'
  /** `file:` or `postgres:`; the bare sides keep nothing. */
  database?: string
  queue?: 'in-process' | 'bullmq' | 'graphile-worker'
  redis?: string
  /** Keys that the agents of this process are registered under. */
  agents?: string[]
  /** Runs executed at once; 0 for a process that only serves the web. */
  concurrency?: number
}

/** A side behind the framework of its process. */
export interface Mounted {
  counts(): { statements: number; transactions: number }
  close(): Promise<void>
}

export type Mount = (app: Hono, spec: SideSpec) => Promise<Mounted>

/** What all keys in Redis begin with. */
export const redisPrefix = 'agentic-bench'

/** Runs each side executes at once. */
export const defaultConcurrency = 32
