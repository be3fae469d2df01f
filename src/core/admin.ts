import type { Approval, ApprovalStatus, Decision } from './approval.ts'
import type { Page } from './api.ts'
import type { RunEvent } from './event.ts'
import type { HousekeepingApi } from './housekeeping.ts'
import type { JsonValue, Run, RunStatus, RunUsage } from './run.ts'
import type { Session, SessionItem } from './session.ts'

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
  /** When the bound was met before the page was full: up to which moment all was looked at. Otherwise null. */
  searchedTo: number | null
}

/** Of what can be long, given as the beginning of its text: read the run itself for the whole of it. */
export type AdminRun = Run & { cut: readonly ('input' | 'context' | 'output' | 'error')[] }

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
  /** When they differ from `arguments`; otherwise null. */
  effectiveArguments: JsonValue
  result: JsonValue
  /** Which of them are given as the beginning of their text: `step` has the whole of it. */
  cut: readonly ('arguments' | 'effectiveArguments' | 'result')[]
  inputTokens: number
  outputTokens: number
  /** Of the input, read from the provider's cache; of the output, what the model thought with. */
  cachedTokens: number
  reasoningTokens: number
  /** By the app's `estimateCost`; null where it is not known. */
  cost: number | null
  /** Milliseconds since the epoch, by the database's clock, as all moments here. */
  startedAt: number
  finishedAt: number | null
}

/** `lost`: its lease ran out and the run went on without it. */
export type AttemptEnd =
  | 'running'
  | 'lost'
  | 'drained'
  | 'awaiting_approval'
  | 'completed'
  | 'failed'
  | 'cancelled'

/** Everything there is about one run. */
export interface RunTimeline {
  run: AdminRun
  /** For `sessions.get`. */
  sessionId: string
  /** Id of who executes it; null while nobody does. */
  worker: string | null
  leaseExpiresAt: number | null
  attempts: { attempt: number; startedAt: number; endedAt: number | null; how: AttemptEnd }[]
  /** The newest ones, at most 200, oldest first. */
  steps: TimelineEntry[]
  /** Give it as `stepsBefore` for the steps before these; null when these are the first. */
  stepsBefore: string | null
  /** Those that wait and the newest others, at most 200, the one asked first first. */
  approvals: Approval[]
  /** How many there are besides. */
  moreApprovals: number
  /** The newest ones, at most 200, oldest first. */
  events: RunEvent[]
  /** Newest first, at most 100: of the run and of its approvals. */
  audit: AuditEntry[]
}

export type AuditAction = 'cancel' | 'retry' | 'purge' | Decision | 'recover' | 'cleanup' | 'delete'
export type AuditTarget = 'run' | 'session' | 'approval' | 'owner' | 'table'

/** Who did what, and when. */
export interface AuditEntry {
  id: string
  /** Milliseconds since the epoch, by the database's clock. */
  at: number
  /** As whoever called said: an owner in the admin, `cli:<user>@<host>` on a command line. */
  actor: string
  action: AuditAction
  target: AuditTarget
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

/** Of the runs of one agent or owner. */
export interface UsageLine {
  /** Null for all the others together. */
  name: string | null
  runs: number
  usage: RunUsage
}

/** How things stand, and how they went in a window of time. Moments are milliseconds since the epoch. */
export interface Overview {
  since: number
  until: number
  /** Runs of the window that were looked at: the newest ones, at most 100,000. */
  runs: number
  /** From when on they were looked at, when the window has more; otherwise null. */
  searchedTo: number | null
  /** Runs created in each slice of the window, by the status they have now. */
  slices: { at: number; counts: Record<RunStatus, number> }[]
  /** Milliseconds from the submit to the first claim, and from there to the end, of runs that ended; null for none. */
  waitMs: Percentiles | null
  durationMs: Percentiles | null
  /** The ten that used the most tokens, most first, and the rest of them. */
  agents: UsageLine[]
  owners: UsageLine[]
  /** Of now, whatever the window. */
  queue: {
    /** Counted up to 10,000 each: as many, or more. */
    pending: number
    awaitingApproval: number
    running: number
    oldestPendingAt: number | null
  }
  /** Those heard of in the last day, newest heartbeat first, at most 200. */
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

/**
 * What people in charge may ask and do, whoever the owner is. Every change names its actor and leaves an audit entry.
 * Lists have 50 to a page by default, at most 200. What does not exist throws `not_found`.
 */
export interface AdminApi extends HousekeepingApi {
  readonly runs: {
    /** Newest first. */
    list(
      query?: AdminRunFilter & { limit?: number; cursor?: string },
    ): Promise<SearchedPage<AdminRun>>
    /** Those of these that there are, newest first; at most 200 ids. */
    some(query: { ids: string[] }): Promise<AdminRun[]>
    /** `stepsBefore` is that of the answer before, for the steps before those. */
    get(query: { id: string; stepsBefore?: string }): Promise<RunTimeline>
    /** One step with all there is of it. */
    step(query: { id: string; path: string }): Promise<TimelineEntry>
    /** A run that has ended is answered as it is. One that is running is told to stop, and answered as it is then. */
    cancel(query: { id: string; actor: string }): Promise<Run>
    /**
     * A new run of the same owner with the same input; throws `run_not_finished` before the end. A second retry of the
     * run with the same key answers with the run that the first one started.
     */
    retry(query: { id: string; actor: string; idempotencyKey?: string }): Promise<Run>
    /**
     * Deletes a finished run with its events, steps and approvals; the conversation keeps its items. Throws
     * `run_not_finished` before the end.
     */
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
    /** With its newest 200 items, in order, and its newest 50 runs, newest first. */
    get(query: {
      id: string
    }): Promise<{ session: Session; items: SessionItem[]; runs: AdminRun[] }>
  }
  readonly approvals: {
    /** Pending: the one that waits longest first. Decided: the newest first. */
    list(query?: {
      status?: ApprovalStatus
      owner?: string
      limit?: number
      cursor?: string
    }): Promise<SearchedPage<Approval>>
    /** Those of these that there are, the one asked first first; at most 200 ids. */
    some(query: { ids: string[] }): Promise<Approval[]>
    /** As `agentic.approvals.decide`, with `actor` as who decided: a different decision throws `already_decided`. */
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
  /** Of runs created at or after `since` and before `until`. Default: the last 24 hours. */
  overview(query?: { since?: number; until?: number }): Promise<Overview>
  /** Newest first; `targetId` is the id of a run, session or approval, or an owner. */
  audit(query?: { targetId?: string; limit?: number; cursor?: string }): Promise<Page<AuditEntry>>
}
