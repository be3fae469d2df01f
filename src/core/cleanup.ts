import type { TerminalStatus } from './run.ts'

/** What is old enough to go. Ages count from a run's end and a session's last use, by the database's clock. */
export interface CleanupPolicy {
  /** Days after a run's end for which its events are kept; its last one stays as long as the run. */
  eventsDays?: number
  /** Days after a run's end for which its steps are kept. */
  stepsDays?: number
  /** Days after its end for which a run is kept with all that is its own; the conversation keeps its items. */
  runsDays?: number
  /** How a run must have ended for `runsDays` to hold. Default: any way. */
  runsStatuses?: TerminalStatus[]
  /** Days without a use for which a session is kept. */
  sessionsDays?: number
  /** Whether only sessions without items and runs go; otherwise they take both along. Default true. */
  sessionsRequireEmpty?: boolean
  /** Rows of one table deleted in one transaction, at most. Default 500. */
  batchSize?: number
}

export interface CleanupOptions extends CleanupPolicy {
  /** Workers do it by themselves, one of them each so many hours. Default: only when it is asked for. */
  everyHours?: number
}

/** Rows. Those of a deleted run or session are among them. */
export interface CleanupCounts {
  runs: number
  events: number
  steps: number
  approvals: number
  sessions: number
  items: number
}

export interface CleanupReport {
  /** What is gone; with `dryRun` what would be. */
  deleted: CleanupCounts
  dryRun: boolean
  /** False when it was aborted: then the next one goes on where it ended. */
  isComplete: boolean
}

export interface CleanupProgress {
  /** What is gone through now: runs that are deleted, sessions, or runs whose events or steps are. */
  stage: 'runs' | 'sessions' | 'events' | 'steps'
  /** Runs or sessions gone through, and how many there were at the beginning of the stage. */
  done: number
  of: number
  deleted: CleanupCounts
}

export interface CleanupHow {
  /** Counts what would be deleted, and deletes nothing. */
  dryRun?: boolean
  /** Told after each transaction. */
  onProgress?: (progress: CleanupProgress) => void
  /** Ends it after the transaction under way. */
  signal?: AbortSignal
  /** Who wants it, for the audit. Default `api`. */
  actor?: string
}
