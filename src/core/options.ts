import type { Approval } from './approval.ts'
import type { ApprovalView, ApprovalsView } from './approval-view.ts'
import type { CleanupOptions } from './cleanup.ts'
import type { EventType, RunEvent } from './event.ts'
import type { Logger } from './logger.ts'
import type { FinishedRun, JsonValue, Run } from './run.ts'
import type { Session } from './session.ts'
import type { Queue } from './queue.ts'
import type { ResponseUsage } from './usage.ts'

/** What an agent factory is given. */
export interface AgentSetup {
  /** Registers what must be undone when the attempt ends, e.g. closing an MCP server. */
  onEnd(cleanup: () => unknown): void
}

/** Anything the SDK's `run()` accepts as an agent; seen structurally so that importing us never loads the SDK. */
export interface AgentLike {
  readonly name: string
  getAllTools(...args: never[]): Promise<unknown[]>
}

/** Builds an agent where runs execute, once per attempt. */
export type AgentFactory = (setup: AgentSetup) => AgentLike | Promise<AgentLike>
export type AgentRegistry<Key extends string = string> = Record<Key, AgentFactory>

/** Anything with the SDK's `ModelProvider` shape. */
export interface ModelProviderLike {
  getModel(name?: string): unknown
}

export type InterruptedPolicy = 'report' | 'rerun' | 'ask' | 'fail'
export type WhenBusy = 'enqueue' | 'reject' | 'interrupt'
export type RecoveryMode = 'resume' | 'fail' | 'ignore'

export interface LimitOptions {
  /** Running runs of one owner, over all workers. Default: none. */
  ownerConcurrency?: number
  /** Running runs of one agent key, over all workers: one number for each, or a record. Default: none. */
  agentConcurrency?: number | Record<string, number>
  /** Running runs in total, over all workers. Default: none. */
  totalConcurrency?: number
  /** Pending runs one owner may have; one more answers 429. Default: none. */
  pendingPerOwner?: number
  /** Event streams one owner may have open at one process; one more answers 429. Default 100. */
  streamsPerOwner?: number
  /** Run creations per owner, `'<count>/<s|m|h|d>'`, e.g. `'20/m'`. Default: none. */
  rate?: string
  /** Largest input of a run in bytes of its JSON. Default 1,000,000. */
  inputBytes?: number
  /** Most items in a list input. Default 100. */
  inputItems?: number
  /** Largest recorded output of a tool in bytes. Default 1,000,000. */
  toolOutputBytes?: number
  /** Seconds a person has to decide about a tool call, after which it is rejected. Default: none. */
  approvalSeconds?: number
}

/** What there is to say about a tool, by its name. */
export interface ToolOptions {
  /** What becomes of a call that was in flight at a crash. Default `'report'`. */
  interrupted?: InterruptedPolicy
  /** Whether a person is asked before every call, for tools that cannot say so themselves: those of MCP servers. */
  needsApproval?: boolean
  /** As `limits.approvalSeconds`, for this tool. */
  approvalSeconds?: number
}

export interface LeaseOptions {
  /** For how long an attempt may write without a heartbeat. Default 30. */
  seconds?: number
  /** Default a third of `seconds`. */
  heartbeatSeconds?: number
  /** How often a worker looks for expired leases, cancels and missed wake-ups. Default 2. */
  sweepSeconds?: number
}

export interface RunContextFacts {
  runId: string
  owner: string
  sessionKey: string
  agentKey: string
  /** What the client sent as `context`: untrusted. */
  context: JsonValue
}

/** HTML that is escaped already, at once or later. */
type Html = string | Promise<string>

/** Fragments of HTML, each a function from data. */
export interface Templates {
  run: (view: RunView) => Html
  conversation: (view: ConversationView) => Html
  /** Approvals outside of the fragment of their run: an inbox, or a single one. */
  approvals: (view: ApprovalsView) => Html
  /** The form that submits a run. */
  form: (view: FormView) => Html
  error: (view: { message: string; code: string }) => Html
}

/** What a run fragment shows. */
export interface RunView {
  run: Run
  basePath: string
  /** Text of the newest message, as far as it is written; empty when none, and once the run has ended. */
  partialText: string
  /** Tool calls seen so far in this run, in order. */
  tools: { name: string; arguments: string; output: string | null }[]
  /** Approvals that wait for a person. */
  approvals: ApprovalView[]
  /** Changes with what is shown, but for text that goes on. */
  version: string
  /** Where the fragment can be followed as an event stream of HTML; null when there is nothing to follow. */
  liveUrl: string | null
}

/** What the form that submits a run shows. */
export interface FormView {
  sessionKey: string
  basePath: string
  /** A new one for each form, so that one sent twice starts one run. */
  idempotencyKey: string
  /** CSS selector of the element that the run's fragment is appended to. */
  target: string
}

/** What a conversation fragment shows: the stored items, and what is under way or went wrong after them. */
export interface ConversationView {
  sessionKey: string
  basePath: string
  items: { [key: string]: JsonValue }[]
  /** Input of a run that has not ended, so that a user's message is visible at once. */
  pendingInputs: { runId: string; input: JsonValue }[]
  /** Approvals of these runs that wait for a person. */
  approvals: RunView['approvals']
  /** The newest run when it has failed: what was said to it is not among the items. */
  failure: { runId: string; input: JsonValue; error: string } | null
}

export interface AgenticOptions<Key extends string = string, Original = unknown> {
  /** Agent factories by key, or a function returning them. */
  agents: AgentRegistry<Key> | (() => AgentRegistry<Key>)
  /**
   * Says who asks: the owner's id, or null for nobody. Required: without it nothing starts. `original` is the framework's
   * own request, when a mount hands it over: `(_request, req: express.Request) => req.user?.id ?? null`.
   */
  owner: (request: Request, original: Original) => string | null | Promise<string | null>
  /**
   * Says whether who asks may decide an approval. Default: its owner alone. When it is set, it is asked about every
   * decision over HTTP, the owner's own as well, and about each approval of someone else's that is looked at.
   */
  canApprove?: (
    request: Request,
    approval: Approval,
    original: Original,
  ) => boolean | Promise<boolean>
  /**
   * Whether who asks is in charge: may see everybody's runs at `admin/` and act on them. Who acts is what `owner`
   * answers. Default: nobody is, and there is no such page.
   */
  admin?: (request: Request, original: Original) => boolean | Promise<boolean>
  /** `file:./agentic.db`. Default: `file:./agentic.db`. */
  database?: string
  /** The path the handler is mounted under, e.g. `/agents`. Default `/agents`. */
  basePath?: string
  defaultAgent?: NoInfer<Key>
  /** Server-side bounds for each run; a client can only lower them. `maxTurns` 1..200, default 10. */
  runOptions?: { maxTurns?: number }
  /** Runs this process executes at once; 0 means none (a web process beside workers). Default: twice the CPU count, at least 4. */
  concurrency?: number
  limits?: LimitOptions
  /** `'in-process'` (default), `'inline'` (submit returns when the run has ended), or a queue of your own. */
  queue?: 'in-process' | 'inline' | Queue
  /** Default `'deltas'`. */
  events?: 'off' | 'items' | 'deltas'
  /** What to do with a run whose lease expired. Default `'resume'`. */
  recovery?: RecoveryMode
  lease?: LeaseOptions
  /** Attempts in a row whose lease expired without one new step, after which a run fails. Default 10. */
  maxAttempts?: number
  /** By tool name: what becomes of a call that was in flight at a crash, whether and how long people are asked. */
  tools?: Record<string, ToolOptions>
  /** What a submit does when the session has an active run. Default `'enqueue'`. */
  whenBusy?: WhenBusy
  /** Builds the typed context handed to the agent's tools. */
  context?: (facts: RunContextFacts) => unknown
  /** How many items of a session a run is given at most. Default 200. */
  historyLimit?: number
  /** Resolves model names; default: the SDK's own provider. */
  modelProvider?: ModelProviderLike | (() => ModelProviderLike | Promise<ModelProviderLike>)
  /**
   * What a model response costs, in whatever unit the app counts in; null when it does not know. Asked once for each
   * response, where runs execute; recorded with it, and added up by `agentic.usage`.
   */
  estimateCost?: (response: ResponseUsage) => number | null
  /** Vendor tracing of the SDK. Default false. */
  tracing?: boolean
  /** Changes what events show; what is stored as steps and items is untouched. */
  redact?: (event: { type: EventType; payload: { [key: string]: JsonValue } }) => {
    [key: string]: JsonValue
  }
  /** Seconds to let calls in flight finish on `close()` and SIGTERM. Default 25. */
  drainSeconds?: number
  /** Seconds given to a cancelled run to stop by itself. Default 5. */
  cancelGraceSeconds?: number
  /** Minutes after a run's end for which its deltas are kept. Default 10. */
  deltasMinutes?: number
  /** What is old enough to be deleted by `agentic cleanup`, or by workers when `everyHours` says so. Default: nothing. */
  cleanup?: CleanupOptions
  /** Prefix of our tables. Default `agentic_`. */
  tablePrefix?: string
  /** Whether to bring the schema up to date at the first use. Default true. */
  migrate?: boolean
  /** `'full'` (default) survives a power cut, `'normal'` survives a crash of the process. */
  durability?: 'full' | 'normal'
  /** Origins, besides the request's own, whose pages may send unsafe requests. */
  trustedOrigins?: string[]
  /** The origin users see, when a proxy hides it, e.g. `https://example.com`. */
  publicOrigin?: string
  templates?: Partial<Templates>
  /** Puts the stack into a failed run's `error`. Default false. */
  debug?: boolean
  /** `payloads: true` puts what is said, given and answered on spans, bounded. Default: ids, names and numbers only. */
  telemetry?: { payloads?: boolean }
  logger?: Logger
}

/** Events for the app: what the reference calls signals. They can never change a run's outcome. */
export interface AgenticEvents {
  'session.created': { session: Session }
  'run.started': { run: Run }
  'run.completed': { run: FinishedRun }
  'run.failed': { run: FinishedRun }
  'run.cancelled': { run: FinishedRun }
  'run.event': { owner: string; event: RunEvent }
}
export type AgenticListener<Name extends keyof AgenticEvents> = (
  event: AgenticEvents[Name],
) => unknown
