import type { AdminApi } from './admin.ts'
import type { Approval, ApprovalStatus, Decision } from './approval.ts'
import type { AssetName } from './asset.ts'
import type { RunEvent } from './event.ts'
import type { AgenticEvents, AgenticListener, WhenBusy } from './options.ts'
import type { JsonValue, Run, RunStatus } from './run.ts'
import type { Within } from './within.ts'
import type { Session, SessionItem } from './session.ts'
import type { UsageQuery, UsageReport } from './usage.ts'

export interface SubmitOptions<Key extends string = string> {
  owner: string
  /** Session key: `[-a-zA-Z0-9_]{1,255}`. */
  session: string
  /** Text, or a list of the SDK's user message items. */
  input: string | { [key: string]: JsonValue }[]
  agent?: Key
  /** `maxTurns`: an integer 1..the server's own. */
  config?: { maxTurns?: number }
  /** Handed to the app's `context` factory. */
  context?: JsonValue
  /** A second submit with the same key and owner returns the first run. */
  idempotencyKey?: string
  whenBusy?: WhenBusy
}

/** A run that exists once the app's transaction has committed. */
export type SubmittedWithin = SubmittedRun & {
  /** Starts it at once after the commit; without it the run starts when the wake-up arrives or a sweep finds it. */
  wake(): void
}

export type SubmittedRun = Run & {
  /** False when the idempotency key named a run that exists already. */
  isNew: boolean
}

export interface Page<T> {
  data: T[]
  /** Give it as `cursor` to get what follows; null at the end. */
  nextCursor: string | null
}

export interface RunsApi<Key extends string = string> {
  submit(options: SubmitOptions<Key>): Promise<SubmittedRun>
  /**
   * Submits in the app's own open transaction: rolled back, there is no run; committed, it starts. The owner's other
   * submits, claims and ends wait until the transaction is over, so keep it short.
   */
  submit(options: SubmitOptions<Key> & { within: Within }): Promise<SubmittedWithin>
  /** Throws `not_found` for an unknown id and for someone else's alike. */
  get(query: { owner: string; id: string }): Promise<Run>
  /** Newest first, at most `limit` (default 50, at most 200). */
  list(query: {
    owner: string
    session?: string
    status?: RunStatus
    limit?: number
    cursor?: string
  }): Promise<Page<Run>>
  /** Resolves when the run has ended, or waits for a person with `until: 'pause'`; rejects on abort. */
  wait(query: {
    owner: string
    id: string
    until?: 'end' | 'pause'
    signal?: AbortSignal
  }): Promise<Run>
  /** Persisted events after `after`, at most `limit` (default 100, at most 1000). */
  events(query: { owner: string; id: string; after?: number; limit?: number }): Promise<RunEvent[]>
  /** Follows the log from `after` until the terminal event; ends early on abort. */
  follow(query: {
    owner: string
    id: string
    after?: number
    signal?: AbortSignal
  }): AsyncIterable<RunEvent>
  /** Cancel is a row first, then a signal; cancelling a finished run answers with it as it is. */
  cancel(query: { owner: string; id: string }): Promise<Run>
  /** A new run with the same input on fresh history; throws `run_not_finished` before the end. */
  retry(query: { owner: string; id: string }): Promise<Run>
}

export interface SessionsApi {
  get(query: { owner: string; key: string }): Promise<Session>
  /** Most recently used first, at most `limit` (default 50, at most 200). */
  list(query: { owner: string; limit?: number; cursor?: string }): Promise<Page<Session>>
  /** The newest `limit` items (default 200; null for all) in order. */
  items(query: { owner: string; key: string; limit?: number | null }): Promise<SessionItem[]>
  /**
   * Appends items, making the session when it does not exist. Throws `invalid_input` for what is no object, and
   * `invalid_request` for what cannot be kept as JSON; then none is added.
   */
  add(query: { owner: string; key: string; items: SessionItem[] }): Promise<void>
  /** Removes the newest item and answers it; null when there is none. Refused while a run is active. */
  pop(query: { owner: string; key: string }): Promise<SessionItem | null>
  /**
   * Events of the session's runs in the order of runs, up to and including the first unfinished one.
   * `after` is `<run id>:<sequence>` of an event already seen.
   */
  events(query: { owner: string; key: string; after?: string; limit?: number }): Promise<RunEvent[]>
  /** Follows the session's log, new runs included, until aborted. */
  follow(query: {
    owner: string
    key: string
    after?: string
    signal?: AbortSignal
  }): AsyncIterable<RunEvent>
  /** Deletes the items; refused with `session_busy` while a run is active. */
  clear(query: { owner: string; key: string }): Promise<void>
  /** Deletes the session, its items, runs and events; refused while a run is active. */
  delete(query: { owner: string; key: string }): Promise<void>
}

export interface ApprovalsApi {
  /**
   * The first one asked first, so of pending ones the one that waits longest. At most `limit` (default and most 1000);
   * `after` is the id of the last one already seen.
   */
  list(query: {
    owner: string
    runId?: string
    status?: ApprovalStatus
    after?: string
    limit?: number
  }): Promise<Approval[]>
  /** Throws `not_found` for an unknown id and for someone else's alike. */
  get(query: { owner: string; id: string }): Promise<Approval>
  /**
   * Exactly once: the same decision again returns the approval; a different one throws `already_decided`. Who may
   * decide is for the caller to know.
   */
  decide(query: {
    owner: string
    id: string
    /** Of a call: `approve` or `reject`; of an interrupted one: `done`, `rerun` or `fail`. */
    decision: Decision
    /** Of `reject`: what the model is told. Of `fail`: why. */
    message?: string
    /** Of `approve`: what the call is made with instead of what the model asked for. */
    arguments?: JsonValue
    /** Of `done`: what the call is answered with. */
    result?: JsonValue
    /** Of `approve` and `reject`: whether later calls of this tool by this agent in the run are decided alike. */
    restOfRun?: boolean
    /** Default: the owner. */
    decidedBy?: string
  }): Promise<Approval>
}

export interface WorkOptions<Key extends string = string> {
  /** Runs this process executes at once. Default: the setting when that is above 0, else twice the CPU count, at least 4. */
  concurrency?: number
  /** Executes runs of these agents only. Default: all that are registered. */
  agents?: Key[]
  /** As the setting. */
  drainSeconds?: number
}

export interface Health {
  /**
   * `failing`: no heartbeat has reached the database for as long as a lease lasts, so that runs of this process may be
   * another one's by now. `draining`: `close()` was called. A process that executes nothing has no heartbeat to fail.
   */
  status: 'starting' | 'ok' | 'failing' | 'draining'
  /** Runs in this process now. */
  running: number
  concurrency: number
  /** By this process's clock; null before the first, and where nothing is executed. */
  lastHeartbeatAt: number | null
  /** Event streams that this process has open now. */
  streams: number
}

export interface OwnersApi {
  /**
   * Deletes everything of an owner: sessions, items, runs, events, steps, approvals. Refused with `owner_busy` while a
   * run has not ended. In small transactions: one that was interrupted is finished by calling it again.
   */
  delete(query: {
    owner: string
    /** Who wants it, for the audit, which keeps that line. Default `api`. */
    actor?: string
    /** Told after each transaction: how many of the owner's runs are gone. */
    onProgress?: (progress: { done: number; of: number }) => void
  }): Promise<{ runs: number }>
}

/** A resolver that looks at the framework's own request cannot do without it. */
type OriginalArgument<Original> = unknown extends Original
  ? [original?: unknown]
  : [original: Original]

/** What `createAgentic` returns. */
export interface Agentic<Key extends string = string, Original = unknown> {
  readonly basePath: string
  /** The keys of the registered agents. */
  readonly agentKeys: readonly Key[]
  /** The web-standard handler for everything under `basePath`; `original` is what the `owner` resolver is given besides. */
  fetch(request: Request, ...original: OriginalArgument<Original>): Promise<Response>
  readonly runs: RunsApi<Key>
  readonly sessions: SessionsApi
  readonly approvals: ApprovalsApi
  readonly owners: OwnersApi
  /** For whoever operates the app: every owner's runs, so never behind what anybody may call. */
  readonly admin: AdminApi
  /** What runs used, and what it cost by the setting `estimateCost`. For a user's page, name the owner. */
  usage(query: UsageQuery): Promise<UsageReport>
  /** Listeners are told after the fact; what they throw is logged. Returns a function that removes it. */
  on<Name extends keyof AgenticEvents>(name: Name, listener: AgenticListener<Name>): () => void
  /** The run fragment for the app's own pages, of a `Run` or what names one. */
  renderRun(query: { owner: string; id: string }): Promise<string>
  /** The conversation fragment for the app's own pages, of a `Session` or what names one, even if it does not exist yet. */
  renderConversation(query: { owner: string; key: string }): Promise<string>
  /**
   * The approvals of an owner for the app's own pages, by default the first 50 that wait: what `approvals/` answers to
   * htmx.
   */
  renderApprovals(query: {
    owner: string
    status?: ApprovalStatus
    after?: string
    limit?: number
  }): Promise<string>
  /** The form that submits a run in a session. `target`: where htmx appends the run's fragment, default `#runs`. */
  renderForm(query: { key: string; target?: string }): Promise<string>
  /** The address of a file for the app's pages, which changes with the file: browsers keep it for a year. */
  assetUrl(name: AssetName): string
  /** SQL statements and transactions since the start: for benchmarks and curiosity. */
  counts(): { statements: number; transactions: number }
  /**
   * Brings the schema up to date and answers the names of what it applied; starts nothing. For an app with the setting
   * `migrate: false`, whose deploys call it or `agentic migrate` once.
   */
  migrate(): Promise<string[]>
  /** The SQL that `migrate()` would execute now, for teams that apply it themselves. */
  plannedSql(): Promise<string[]>
  /** Brings the schema up to date and starts executing runs; called by the first use as well. */
  start(): Promise<void>
  /**
   * As `start()`, in a process that is to execute runs whatever the setting `concurrency` says: what `agentic worker`
   * calls. Before the first use, and once. Answers with what it was not told.
   */
  work(options?: WorkOptions<Key>): Promise<Required<WorkOptions<Key>>>
  /**
   * As `start()`, in a process that is to execute nothing whatever the setting `concurrency` says: what the commands
   * call that ask or change something and end. Before the first use, and once.
   */
  operate(): Promise<void>
  /** How this process is, from memory: for a health check that may come every second. */
  health(): Health
  /**
   * Drains: stops claiming, lets calls in flight finish up to `drainSeconds`, releases leases, closes the database.
   * With `now` it does not wait for calls in flight, nor does a close under way wait any longer.
   */
  close(options?: { now?: boolean }): Promise<void>
}
