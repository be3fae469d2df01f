/** What one model response used, for the app to say what it costs. */
export interface ResponseUsage {
  /** As the agent or its runner names it; the provider's default where they name none. */
  model: string
  /** The key under which the run's agent is registered. */
  agentKey: string
  /** The agent that asked: of a nested agent its own name. */
  agentName: string
  owner: string
  inputTokens: number
  /** Of the input tokens, those read from the provider's cache, and those written to it. */
  cachedInputTokens: number
  cacheWriteTokens: number
  outputTokens: number
  /** Of the output tokens, those the model thought with. */
  reasoningTokens: number
  totalTokens: number
}

/** Sums over model responses, those of nested agents included. */
export interface UsageSums {
  requests: number
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  reasoningTokens: number
  totalTokens: number
  /** Null when the cost of any of its responses is unknown. */
  cost: number | null
  /** Of the responses whose cost is known. */
  knownCost: number
  /** Responses whose cost is not known. */
  unpricedRequests: number
}

export type UsageBy = 'run' | 'session' | 'owner' | 'agent' | 'model'

export interface UsageRow extends UsageSums {
  /** Id of a run, key of a session or agent, an owner, or name of a model; null for models that were forgotten. */
  key: string | null
  /** Whose the run or session is; null for the others. */
  owner: string | null
}

export interface UsageQuery {
  /** What there is a row for. */
  by: UsageBy
  owner?: string
  /** With its owner. */
  session?: string
  run?: string
  /** The key of a registered agent. */
  agent?: string
  /**
   * Runs created at or after, and before, in milliseconds since the epoch. Default: the last 24 hours, unless a run or
   * session is named.
   */
  since?: number
  until?: number
  /** Of those who used most. Default 100, at most 1000. */
  limit?: number
}

export interface UsageReport {
  /** The window that was looked at; null: all of it. */
  since: number | null
  until: number | null
  /** Most tokens first. */
  rows: UsageRow[]
  /** Over all rows, those beyond `limit` included. */
  total: UsageSums
}
