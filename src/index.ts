export { createAgentic } from './create.ts'
export { AgenticError, isAgenticError } from './core/errors.ts'
export { DatabaseSession } from './sessions/database-session.ts'
export { currentCall } from './journal/current-call.ts'
export type * from './core/admin.ts'
export type * from './core/cleanup.ts'
export type * from './core/housekeeping.ts'
export type * from './core/api.ts'
export { defaultTemplates } from './html/templates.ts'
export { loadMarkdown, type Markdown } from './html/markdown.ts'
export type { AssetName } from './core/asset.ts'
export type { Approval, ApprovalStatus, Decision } from './core/approval.ts'
export type { ApprovalsView, ApprovalView } from './core/approval-view.ts'
export type { ErrorCode } from './core/errors.ts'
export type { EventType, RunEvent } from './core/event.ts'
export type { Logger } from './core/logger.ts'
export type {
  AgenticEvents,
  AgenticOptions,
  AgentFactory,
  AgentRegistry,
  AgentSetup,
  ConversationView,
  FormView,
  RunContextFacts,
  RunView,
  Templates,
} from './core/options.ts'
export type {
  KyselyTransactionLike,
  PgClientLike,
  SqliteConnectionLike,
  Within,
} from './core/within.ts'
export type { Delivery, ListenOptions, Queue } from './core/queue.ts'
export type { JsonValue, Run, RunStatus, RunUsage } from './core/run.ts'
export type {
  ResponseUsage,
  UsageBy,
  UsageQuery,
  UsageReport,
  UsageRow,
  UsageSums,
} from './core/usage.ts'
export type { Session, SessionItem } from './core/session.ts'
export type { CurrentCall } from './journal/current-call.ts'
