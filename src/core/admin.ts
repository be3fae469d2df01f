import type { Approval, ApprovalStatus, Decision } from './approval.ts'
import type { RunEvent } from './event.ts'
import type { JsonValue, Run, RunStatus, RunUsage } from './run.ts'
import type { Session, SessionItem } from './session.ts'
import type { Page } from './api.ts'

/** Narrows a list of runs; what is left out does not narrow it. */
export interface AdminRunFilter {
  status?: RunStatus
  agent?: string
  owner?: string
  session?: string
  /** Created at or after, and before, in milliseconds since the epoch. */
  since?: number
  until?: number
  /** An id or its beginning, a session key, an owner, or the beginning of an error. */
  text?: string
}

/**
 * A page of a list that looks at a bounded number of rows, however many there are: it may be short, or empty, and
 * still be followed by more.
 */
export interface SearchedPage<T> extends Page<T> {
  /** How far back was looked when the bound was met before the page was full; null when it was not. */
  searchedTo: number | null
}

/** One step of a run as its timeline shows it. */
export interface TimelineEntry {
  path: string
  kind: 'model' | 'tool' | 'handoff' | 'guardrail'
  state: 'started' | 'done'
  attempt: number
  agentName: string
  /** Of the model, tool, handoff or guardrail. */
  name: string
  callId: string | null
  arguments: JsonValue
  /** When they differ from `arguments`. */
  effectiveArguments: JsonValue
  result: JsonValue
  inputTokens: number
  outputTokens: number
  startedAt: number
  finishedAt: number | null
}

/** Everything there is about one run. */
export interface RunTimeline {
  run: Run
  worker: string | null
  leaseExpiresAt: number | null
  attempts: { attempt: number; startedAt: number; endedAt: number | null; how: string }[]
  steps: TimelineEntry[]
  approvals: Approval[]
  /** The newest ones, oldest first. */
  events: RunEvent[]
  audit: AuditEntry[]
}

export type AuditAction = 'cancel' | 'retry' | 'purge' | Decision | 'recover' | 'cleanup' | 'delete'

/** Who did what, and when. */
export interface AuditEntry {
  id: string
  at: number
  actor: string
  action: AuditAction
  target: 'run' | 'session' | 'approval' | 'owner' | 'table'
  targetId: string
  /** Whose it was; null where it was nobody's in particular. */
  owner: string | null
  details: { [key: string]: JsonValue }
}

export interface Percentiles {
  p50: number
  p90: number
  p99: number
}

/** How things stand, and how they went in a window of time. */
export interface Overview {
  since: number
  until: number
  /** Runs created in each slice of the window, by the status they have now. */
  slices: { at: number; counts: Record<RunStatus, number> }[]
  /** Milliseconds from the submit to the first claim, and from there to the end, of runs that ended; null for none. */
  waitMs: Percentiles | null
  durationMs: Percentiles | null
  usage: { agent: string; owner: string; runs: number; usage: RunUsage }[]
  /** Of now, whatever the window. */
  queue: {
    pending: number
    running: number
    awaitingApproval: number
    oldestPendingAt: number | null
  }
  workers: {
    id: string
    host: string
    pid: number
    concurrency: number
    running: number
    startedAt: number
    heartbeatAt: number
  }[]
}

/** What people in charge may ask and do, whoever the owner is. Every change names its actor and leaves an audit entry. */
export interface AdminApi {
  readonly runs: {
    /** Newest first. */
    list(query?: AdminRunFilter & { limit?: number; cursor?: string }): Promise<SearchedPage<Run>>
    get(query: { id: string }): Promise<RunTimeline>
    cancel(query: { id: string; actor: string }): Promise<Run>
    retry(query: { id: string; actor: string }): Promise<Run>
    /** Deletes a finished run with its events, steps and approvals; the conversation keeps its items. */
    purge(query: { id: string; actor: string }): Promise<void>
  }
  readonly sessions: {
    /** Most recently used first. */
    list(query?: {
      owner?: string
      text?: string
      limit?: number
      cursor?: string
    }): Promise<Page<Session>>
    get(query: { id: string }): Promise<{ session: Session; items: SessionItem[]; runs: Run[] }>
  }
  readonly approvals: {
    /** Pending: the one that waits longest first. Decided: the newest first. */
    list(query?: {
      status?: ApprovalStatus
      owner?: string
      limit?: number
      cursor?: string
    }): Promise<Page<Approval>>
    decide(query: {
      id: string
      actor: string
      decision: Decision
      message?: string
      arguments?: JsonValue
      result?: JsonValue
      restOfRun?: boolean
    }): Promise<Approval>
  }
  overview(query?: { since?: number; until?: number }): Promise<Overview>
  /** Newest first. */
  audit(query?: { targetId?: string; limit?: number; cursor?: string }): Promise<Page<AuditEntry>>
}
