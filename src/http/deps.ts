import type { Approval } from '../core/approval.ts'
import type { AdminApi } from '../core/admin.ts'
import type { Answer } from '../core/answer.ts'
import type { ApprovalsApi, RunsApi, SessionsApi } from '../core/api.ts'
import type { AgenticError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { RunState } from '../core/run.ts'
import type { Assets } from './assets.ts'
import type { AgenticOptions, ConversationView, RunView, Templates } from '../core/options.ts'
import type { OpenStreams } from './open-streams.ts'

/** The settings the handler needs, resolved. */
export interface HttpConfig {
  /** `/agents`; empty or `/` when mounted at the root. */
  basePath: string
  owner: AgenticOptions['owner']
  canApprove: AgenticOptions['canApprove']
  /** Who is in charge; without it nobody is. */
  admin: AgenticOptions['admin']
  eventsMode: 'off' | 'items' | 'deltas'
  /** Bounds what is read of a body; `runs.submit` checks this and the other limits of a run itself. */
  inputBytes: number
  trustedOrigins: readonly string[]
  publicOrigin: string | null
  templates: Templates
  logger: Logger
}

/** What the handler is made of: the same API that views and services use, and nothing below it. */
export interface HttpDeps {
  runs: RunsApi
  sessions: SessionsApi
  approvals: ApprovalsApi
  /** The one lookup that names no owner: only for who the app's `canApprove` may let see it. */
  approvalOfAnyone(query: { id: string }): Promise<Approval>
  config: HttpConfig
  assets: Assets
  streams: OpenStreams
  admin: {
    api: AdminApi
    /** The agents registered here, to choose from. */
    agentKeys: string[]
    /** A worker that was silent for so long is taken for lost. */
    staleAfterMs: number
    /** What people in charge are shown instead of a page that failed. */
    errorPage(error: AgenticError, actor: string): Answer
  }
  views: {
    run(query: { owner: string; id: string }): Promise<RunView>
    /** Without what was asked and what came of it. */
    state(query: { owner: string; id: string }): Promise<RunState>
    /** As in the view, without what the fragment shows. */
    version(query: { owner: string; id: string }): Promise<Pick<RunView, 'run' | 'version'>>
    /** Empty for a session that does not exist. */
    conversation(query: { owner: string; key: string }): Promise<ConversationView>
  }
}
