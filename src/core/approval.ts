import type { JsonValue } from './run.ts'

/** A tool call that waits for a person, or what was decided about it. */
export interface Approval {
  id: string
  runId: string
  owner: string
  /** Path of the tool call within the run, e.g. `r/m0/t0`. */
  path: string
  toolName: string
  agentName: string
  /** The arguments the model asked for, parsed when they are JSON. */
  arguments: JsonValue
  status: 'pending' | 'approved' | 'rejected'
  /** Sent to the model when rejected. */
  message: string | null
  /** Who decided, as the caller of `decide` said. */
  decidedBy: string | null
  createdAt: number
  decidedAt: number | null
}
