import { hasAge } from './cleanup-policy.ts'
import type { CleanupOptions } from './cleanup.ts'
import { steady, type Logger } from './logger.ts'
import type {
  AgentRegistry,
  AgenticOptions,
  InterruptedPolicy,
  LimitOptions,
  ToolOptions,
} from './options.ts'
import { settingsSchema } from './settings-schema.ts'
import { refuse, wrongSetting } from './wrong-setting.ts'

export interface Rate {
  count: number
  windowMs: number
}

/** What is known about a tool besides what it says itself. */
export interface ToolConfig {
  interrupted: InterruptedPolicy
  needsApproval: boolean
  /** How long a person has to decide about a call; null for ever. */
  approvalMs: number | null
}

/** Options after they were checked and defaults filled in; frozen. */
export interface AgenticConfig {
  agents: AgentRegistry
  agentKeys: string[]
  /** Whose runs this process claims: all of them, unless `work({ agents })` names some. */
  executedAgents: string[]
  defaultAgent: string | null
  owner: AgenticOptions['owner']
  canApprove: AgenticOptions['canApprove']
  admin: AgenticOptions['admin']
  database: string
  basePath: string
  maxTurns: number
  concurrency: number
  limits: {
    owner: number | null
    agentOf: (agentKey: string) => number | null
    total: number | null
    pendingPerOwner: number | null
    rate: Rate | null
    streamsPerOwner: number
    inputBytes: number
    inputItems: number
    toolOutputBytes: number
  }
  queue: NonNullable<AgenticOptions['queue']>
  events: 'off' | 'items' | 'deltas'
  recovery: NonNullable<AgenticOptions['recovery']>
  leaseMs: number
  heartbeatMs: number
  sweepMs: number
  maxAttempts: number
  toolOf: (toolName: string) => ToolConfig
  whenBusy: NonNullable<AgenticOptions['whenBusy']>
  context: AgenticOptions['context']
  historyLimit: number
  modelProvider: AgenticOptions['modelProvider']
  estimateCost: AgenticOptions['estimateCost']
  tracing: boolean
  redact: AgenticOptions['redact']
  drainMs: number
  cancelGraceMs: number
  deltasMinutes: number
  cleanup: CleanupOptions
  tablePrefix: string
  migrate: boolean
  durability: 'full' | 'normal'
  trustedOrigins: string[]
  publicOrigin: string | null
  templates: NonNullable<AgenticOptions['templates']>
  debug: boolean
  telemetry: { payloads: boolean }
  logger: Logger
}

/** Checks every setting; the first wrong one throws, naming itself, its value and what is accepted. */
export function resolveConfig(options: AgenticOptions): AgenticConfig {
  const parsed = settingsSchema.safeParse(options ?? {})
  if (!parsed.success) throw wrongSetting(options, parsed.error)
  const settings = parsed.data
  const agents = resolveAgents(options)
  const agentKeys = Object.keys(agents)
  const { limits, lease } = settings
  const leaseMs = Math.round(lease.seconds * 1000)
  const heartbeatMs = Math.round((lease.heartbeatSeconds ?? lease.seconds / 3) * 1000)
  if (heartbeatMs * 2 > leaseMs) {
    throw refuse(
      'lease.heartbeatSeconds',
      heartbeatMs / 1000,
      `at most half of \`lease.seconds\` (${lease.seconds})`,
    )
  }
  return Object.freeze({
    ...settings,
    logger: steady(settings.logger),
    agents,
    agentKeys,
    executedAgents: agentKeys,
    defaultAgent: defaultAgentOf(settings.defaultAgent, agentKeys),
    owner: options.owner,
    canApprove: options.canApprove,
    admin: options.admin,
    maxTurns: settings.runOptions.maxTurns,
    limits: {
      owner: limits.ownerConcurrency ?? null,
      agentOf: agentLimit(limits.agentConcurrency, agentKeys),
      total: limits.totalConcurrency ?? null,
      pendingPerOwner: limits.pendingPerOwner ?? null,
      rate: limits.rate === undefined ? null : parseRate(limits.rate),
      streamsPerOwner: limits.streamsPerOwner,
      inputBytes: limits.inputBytes,
      inputItems: limits.inputItems,
      toolOutputBytes: limits.toolOutputBytes,
    },
    queue: options.queue ?? 'in-process',
    leaseMs,
    heartbeatMs,
    sweepMs: Math.round(lease.sweepSeconds * 1000),
    toolOf: toolLookup(settings.tools, limits.approvalSeconds),
    context: options.context,
    modelProvider: options.modelProvider,
    redact: options.redact,
    estimateCost: options.estimateCost,
    drainMs: settings.drainSeconds * 1000,
    cancelGraceMs: settings.cancelGraceSeconds * 1000,
    publicOrigin: settings.publicOrigin?.replace(/\/$/, '') ?? null,
    trustedOrigins: settings.trustedOrigins.map((text) => text.replace(/\/$/, '')),
    templates: options.templates ?? {},
    cleanup: scheduled(settings.cleanup),
  })
}

/** Whether some agents that are registered here are left to other workers. */
export function leavesAgents({ executedAgents, agentKeys }: AgenticConfig): boolean {
  return executedAgents.length < agentKeys.length
}

function resolveAgents(options: AgenticOptions): AgentRegistry {
  const agents = typeof options.agents === 'function' ? options.agents() : options.agents
  const usable =
    typeof agents === 'object' &&
    agents !== null &&
    Object.values(agents).every((factory) => typeof factory === 'function')
  if (!usable || Object.keys(agents).length === 0) {
    throw refuse('agents', agents, 'at least one agent key with a function that builds the agent')
  }
  const badKey = Object.keys(agents).find((key) => !/^[-a-zA-Z0-9_.]{1,100}$/.test(key))
  if (badKey !== undefined) {
    throw refuse('agents', badKey, 'keys of 1 to 100 letters, digits, "-", "_" and "."')
  }
  return agents
}

function defaultAgentOf(given: string | undefined, keys: string[]): string | null {
  if (given !== undefined && !keys.includes(given)) {
    throw refuse('defaultAgent', given, `one of the registered agents: ${keys.join(', ')}`)
  }
  return given ?? (keys.length === 1 ? (keys[0] ?? null) : null)
}

function scheduled(cleanup: CleanupOptions): CleanupOptions {
  if (cleanup.everyHours === undefined || hasAge(cleanup)) return cleanup
  throw refuse(
    'cleanup.everyHours',
    cleanup.everyHours,
    'a number of hours beside what is old: `eventsDays`, `stepsDays`, `runsDays` or `sessionsDays`',
  )
}

function agentLimit(
  limit: LimitOptions['agentConcurrency'],
  keys: string[],
): (agentKey: string) => number | null {
  if (limit === undefined) return () => null
  if (typeof limit === 'number') return () => limit
  const unknown = Object.keys(limit).find((key) => !keys.includes(key))
  if (unknown !== undefined) {
    throw refuse('limits.agentConcurrency', unknown, `registered agents: ${keys.join(', ')}`)
  }
  const limits = new Map(Object.entries(limit))
  return (agentKey) => limits.get(agentKey) ?? null
}

function toolLookup(
  tools: Record<string, ToolOptions>,
  usualSeconds: number | undefined,
): (toolName: string) => ToolConfig {
  const configs = new Map(Object.entries(tools).map(([name, tool]) => [name, toolConfig(tool)]))
  const usual = toolConfig({})
  return (toolName) => configs.get(toolName) ?? usual

  function toolConfig(tool: ToolOptions): ToolConfig {
    const { interrupted = 'report', needsApproval = false } = tool
    const { approvalSeconds: seconds = usualSeconds } = tool
    const approvalMs = seconds === undefined ? null : Math.round(seconds * 1000)
    return { interrupted, needsApproval, approvalMs }
  }
}

const windows = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

function parseRate(text: string): Rate {
  const [amount = '', unit = 's'] = text.split('/')
  return { count: Number(amount), windowMs: windows[unit as keyof typeof windows] }
}
