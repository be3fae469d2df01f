import type { ApprovalsApi, RunsApi, SessionsApi } from '../core/api.ts'
import type { Logger } from '../core/logger.ts'
import type { AgenticOptions, ConversationView, RunView, Templates } from '../core/options.ts'

/** The settings the handler needs, resolved. */
export interface HttpConfig {
  /** `/agents`; empty or `/` when mounted at the root. */
  basePath: string
  owner: AgenticOptions['owner']
  agentKeys: readonly string[]
  defaultAgent: string | null
  eventsMode: 'off' | 'items' | 'deltas'
  /** The server's own bound; a client can only ask for less. */
  maxTurns: number
  inputBytes: number
  inputItems: number
  trustedOrigins: readonly string[]
  publicOrigin: string | null
  templates: Templates
  logger: Logger
  debug: boolean
}

/** What the handler is made of: the same API that views and services use, and nothing below it. */
export interface HttpDeps {
  runs: RunsApi
  sessions: SessionsApi
  approvals: ApprovalsApi
  config: HttpConfig
  views: {
    run(query: { owner: string; id: string }): Promise<RunView>
    /** Empty for a session that does not exist. */
    conversation(query: { owner: string; key: string }): Promise<ConversationView>
  }
}
