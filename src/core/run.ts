import type { ErrorCode } from './errors.ts'

/**
 *   pending ──claim──▶ running ──▶ completed | failed | cancelled   (terminal: never changes again)
 *      ▲                 │ │
 *      │ lease expired,  │ └─▶ awaiting_approval ──all decided──▶ pending, or failed
 *      └──── drained ────┘
 */
export const transitions = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['pending', 'awaiting_approval', 'completed', 'failed', 'cancelled'],
  awaiting_approval: ['pending', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>

export type RunStatus = keyof typeof transitions
export type TerminalStatus = 'completed' | 'failed' | 'cancelled'

export const runStatuses = Object.keys(transitions) as RunStatus[]

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return transitions[status].length === 0
}

export const terminalStatuses = runStatuses.filter(isTerminal)

/** Tokens and requests of a run, summed over its recorded model responses (nested agents included). */
export interface RunUsage {
  requests: number
  inputTokens: number
  outputTokens: number
  totalTokens: number
  /** By the app's `estimateCost`; missing while it is not known for each of the requests. */
  cost?: number
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue }

interface RunFacts {
  /** UUIDv7. */
  id: string
  owner: string
  sessionKey: string
  agentKey: string
  /** How often a worker has claimed it; also the fencing token of the attempt under way. */
  attempt: number
  /** What the client sent: text, or user items. */
  input: JsonValue
  /** Options after the server's limits were applied. */
  config: { maxTurns?: number }
  /** What the client sent as `context`; an argument to the app's `context` factory, nothing more. */
  context: JsonValue
  usage: RunUsage
  /** Sequence of the newest event. */
  lastSequence: number
  /** Milliseconds since the epoch, by the database's clock. */
  createdAt: number
  startedAt: number | null
  /** Set once a cancel is wanted, until the run has ended. */
  cancelRequestedAt: number | null
  retryOf: string | null
}

export interface PendingRun extends RunFacts {
  status: 'pending'
  /** Id of the run of the same session that has to end first. */
  blockedBy: string | null
}
export interface RunningRun extends RunFacts {
  status: 'running'
  startedAt: number
}
export interface WaitingRun extends RunFacts {
  status: 'awaiting_approval'
  startedAt: number
}
export interface CompletedRun extends RunFacts {
  status: 'completed'
  /** The agent's final output: text, or the value of a structured output. */
  output: JsonValue
  finishedAt: number
}
export interface FailedRun extends RunFacts {
  status: 'failed'
  /** `Class: message`; with `debug` the stack. */
  error: string
  errorCode: ErrorCode
  finishedAt: number
}
export interface CancelledRun extends RunFacts {
  status: 'cancelled'
  finishedAt: number
}

/** One invocation of an agent on a session. Only a finished run has an end time, only a failed one an error. */
export type Run = PendingRun | RunningRun | WaitingRun | CompletedRun | FailedRun | CancelledRun
export type FinishedRun = CompletedRun | FailedRun | CancelledRun

/** What changes about a run until it has ended: with its id it tells whether anybody has seen it as it is now. */
export interface RunState extends Pick<
  RunFacts,
  'attempt' | 'usage' | 'lastSequence' | 'startedAt' | 'cancelRequestedAt'
> {
  status: RunStatus
  blockedBy: string | null
}

export function stateOf(run: Run): RunState {
  return { ...run, blockedBy: run.status === 'pending' ? run.blockedBy : null }
}

export function isFinished(run: Run): run is FinishedRun {
  return isTerminal(run.status)
}
