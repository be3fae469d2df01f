import type { Call, CallScope, RunScope, Scope } from './scope.ts'

/**
 * What the patched SDK calls while a scope is active. It travels in the scope, so the one patch of an SDK copy serves
 * every instance and every copy of this package.
 */
export interface Seams {
  enterRun(scope: Scope, entry: RunEntry): unknown
  adoptAgent(scope: Scope, agent: AgentSeen, tools: unknown[], runContext: unknown): void
  getResponse(scope: Scope, call: ModelCall<Promise<ModelResponseSeen>>): Promise<ModelResponseSeen>
  streamResponse(
    scope: Scope,
    call: ModelCall<AsyncIterable<StreamEventSeen>>,
  ): AsyncIterable<StreamEventSeen>
  invokeTool(scope: RunScope, call: Call, tool: ToolCallSeen): Promise<unknown>
  needsApproval(scope: RunScope, call: Call, ask: () => Promise<boolean>): Promise<boolean>
  /** What a person changed the arguments of a call to; null when nobody did. */
  editedArguments(scope: RunScope, call: Call): string | null
  handOff(scope: RunScope, call: Call, handoff: HandoffSeen): Promise<unknown>
  guard(
    scope: RunScope,
    name: string,
    run: (scope: CallScope) => Promise<unknown>,
  ): Promise<unknown>
}

export interface RunEntry {
  agent: AgentSeen
  input: unknown
  options: Record<string, unknown> | undefined
  runner: { config: { modelProvider: object; model?: unknown } }
  proceed: () => unknown
}

/** The parts of the SDK's objects that we read, seen structurally. */
export interface AgentSeen {
  name: string
  model?: unknown
  toolUseBehavior?: unknown
  outputType?: unknown
  inputGuardrails?: unknown[]
  outputGuardrails?: unknown[]
}

export interface ItemSeen {
  type?: string
  callId?: string
  name?: string
  arguments?: string
}

export interface ModelResponseSeen {
  output: ItemSeen[]
  usage: UsageSeen
  responseId?: string
  providerData?: unknown
}

export interface UsageSeen {
  inputTokens: number
  outputTokens: number
  totalTokens: number
  inputTokensDetails?: TokenDetails | TokenDetails[]
  outputTokensDetails?: TokenDetails | TokenDetails[]
}

export type TokenDetails = Record<string, number>

export interface StreamEventSeen {
  type: string
  delta?: string
  providerData?: unknown
  response?: {
    id?: string
    output: ItemSeen[]
    usage: Partial<UsageSeen>
    providerData?: unknown
  }
}

export interface ModelRequestSeen {
  systemInstructions?: string
  input: string | ItemSeen[]
  tools: { type: string; name: string }[]
  handoffs: { toolName: string }[]
  signal?: AbortSignal
  /** A stored prompt, which may choose the model. */
  prompt?: unknown
  overridePromptModel?: boolean
}

export interface ModelSeen {
  /** What the object says of itself. */
  name: string | null
  /** The name of its class. */
  kind: string
}

export interface ModelCall<R> {
  model: ModelSeen
  request: ModelRequestSeen
  proceed: () => R
}

export interface ToolCallSeen {
  name: string
  /** Whether the SDK ends the call by its `timeoutMs`; the model is then given a text of the SDK's. */
  hasTimeout: boolean
  timedOut: () => boolean
  /** An agent made into a tool: its inner steps are journalled, so it needs no mark of its own. */
  isAgent: boolean
  /** Asks the tool's own predicate whether a person has to approve the call. */
  ask: () => Promise<boolean>
  /** Whether these arguments are what its schema asks for, where it has one. */
  accepts: (args: string) => boolean
  /** Makes the call: with these arguments, or with what the model asked for. */
  proceed: (edited: string | null) => Promise<unknown>
}

export interface HandoffSeen {
  toolName: string
  targetName: string
  /** The agent handed over to, for a handoff that happened already. */
  target: unknown
  proceed: () => Promise<unknown>
}
