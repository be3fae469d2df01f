import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { AgenticError } from './errors.ts'
import { defaultLogger, type Logger } from './logger.ts'
import type { AgentRegistry, AgenticOptions, InterruptedPolicy, LimitOptions } from './options.ts'

export interface Rate {
  count: number
  windowMs: number
}

/** Options after they were checked and defaults filled in; frozen. */
export interface AgenticConfig {
  agents: AgentRegistry
  agentKeys: string[]
  defaultAgent: string | null
  owner: AgenticOptions['owner']
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
  policyOf: (toolName: string) => InterruptedPolicy
  whenBusy: NonNullable<AgenticOptions['whenBusy']>
  context: AgenticOptions['context']
  historyLimit: number
  modelProvider: AgenticOptions['modelProvider']
  tracing: boolean
  redact: AgenticOptions['redact']
  drainMs: number
  cancelGraceMs: number
  deltasMinutes: number
  tablePrefix: string
  migrate: boolean
  durability: 'full' | 'normal'
  trustedOrigins: string[]
  publicOrigin: string | null
  templates: NonNullable<AgenticOptions['templates']>
  debug: boolean
  logger: Logger
}

/** No run gets more turns than this, whatever is configured. */
export const maxTurnsCap = 200

const isFunction = (what: string) => z.custom<never>((value) => typeof value === 'function', what)
const count = (what: string) => z.int(what).min(1, what).max(1_000_000_000, what)
const seconds = (what: string) => z.number(what).gt(0, what).max(86_400, what)
const originRule = 'an origin like "https://example.com", without a path'
const origin = z.string(originRule).refine((text) => {
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '')
}, originRule)

const rateRule = 'a text like "20/m": a count, a slash and s, m, h or d'
const rate = z
  .string(rateRule)
  .regex(/^[1-9]\d{0,8}\/[smhd]$/, rateRule)
const wholeRule = 'a whole number of at least 1'
const secondsRule = 'a number of seconds above 0'
const policyRule =
  '"report", "rerun" or "fail" (asking a person about an interrupted call, "ask", is not supported yet)'

const limitsSchema = z.strictObject({
  ownerConcurrency: count(wholeRule).optional(),
  agentConcurrency: z
    .union([count(wholeRule), z.record(z.string(), count(wholeRule))], {
      error: `${wholeRule}, or a record of them by agent key`,
    })
    .optional(),
  totalConcurrency: count(wholeRule).optional(),
  pendingPerOwner: count(wholeRule).optional(),
  rate: rate.optional(),
  inputBytes: count(wholeRule).default(1_000_000),
  inputItems: count(wholeRule).default(100),
  toolOutputBytes: count(wholeRule).default(1_000_000),
})

const loggerSchema = z.custom<Logger>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['info', 'warn', 'error'].every((name) => name in value),
  'an object with the methods info, warn and error',
)
const queueRule = '"in-process", "inline", or an object with wake, listen and close'
const basePathRule = 'a path that begins with "/" and does not end with it, e.g. "/agents"'
const templateRule = 'a function from its view to a string of HTML'

const schema = z.strictObject({
  agents: z.union(
    [
      isFunction('a function that returns a record of agent factories'),
      z.record(z.string(), isFunction('a function')),
    ],
    { error: 'a record of functions that build agents, or a function returning one' },
  ),
  owner: isFunction(
    'a function (request) => owner id or null; without it anybody could read everything, so nothing starts',
  ),
  database: z.string('a text like "file:./agentic.db"').default('file:./agentic.db'),
  basePath: z
    .string(basePathRule)
    .regex(/^\/[^?#\s]*[^/?#\s]$/, basePathRule)
    .default('/agents'),
  defaultAgent: z.string('the key of a registered agent').optional(),
  runOptions: z
    .strictObject({
      maxTurns: z
        .int(`a whole number from 1 to ${maxTurnsCap}`)
        .min(1, `a whole number from 1 to ${maxTurnsCap}`)
        .max(maxTurnsCap, `a whole number from 1 to ${maxTurnsCap}`)
        .default(10),
    })
    .prefault({}),
  concurrency: z
    .int('a whole number, 0 for a process that executes nothing')
    .min(0, 'a whole number, 0 for a process that executes nothing')
    .max(10_000, 'a whole number of at most 10,000')
    .default(() => Math.max(4, availableParallelism() * 2)),
  limits: limitsSchema.prefault({}),
  queue: z
    .union(
      [
        z.enum(['in-process', 'inline']),
        z.custom<object>(
          (value) =>
            typeof value === 'object' &&
            value !== null &&
            ['wake', 'listen', 'close'].every((name) => name in value),
        ),
      ],
      { error: queueRule },
    )
    .default('in-process'),
  events: z.enum(['off', 'items', 'deltas'], '"off", "items" or "deltas"').default('deltas'),
  recovery: z.enum(['resume', 'fail', 'ignore'], '"resume", "fail" or "ignore"').default('resume'),
  lease: z
    .strictObject({
      seconds: seconds(secondsRule).default(30),
      heartbeatSeconds: seconds(secondsRule).optional(),
      sweepSeconds: seconds(secondsRule).default(2),
    })
    .prefault({}),
  maxAttempts: count(wholeRule).default(10),
  tools: z
    .record(
      z.string(),
      z.strictObject({ interrupted: z.enum(['report', 'rerun', 'fail'], policyRule) }),
      'a record by tool name, e.g. { book_flight: { interrupted: "rerun" } }',
    )
    .default({}),
  whenBusy: z
    .enum(['enqueue', 'reject', 'interrupt'], '"enqueue", "reject" or "interrupt"')
    .default('enqueue'),
  context: isFunction('a function from run facts to a context').optional(),
  historyLimit: count(wholeRule).default(200),
  modelProvider: z
    .custom<object>(
      (value) =>
        typeof value === 'function' ||
        (typeof value === 'object' && value !== null && 'getModel' in value),
      'an object with getModel, or a function returning one',
    )
    .optional(),
  tracing: z.boolean('true or false').default(false),
  redact: isFunction('a function from an event to its payload').optional(),
  drainSeconds: z.number('a number of seconds').min(0, 'a number of seconds').default(25),
  cancelGraceSeconds: z.number('a number of seconds').min(0, 'a number of seconds').default(5),
  deltasMinutes: z.number('a number of minutes').min(0, 'a number of minutes').default(10),
  tablePrefix: z
    .string('letters, digits and underscores')
    .regex(/^[a-z][a-z0-9_]{0,30}$/, 'lower-case letters, digits and underscores, at most 31')
    .default('agentic_'),
  migrate: z.boolean('true or false').default(true),
  durability: z.enum(['full', 'normal'], '"full" or "normal"').default('full'),
  trustedOrigins: z.array(origin, `a list of origins, each ${originRule}`).default([]),
  publicOrigin: origin.optional(),
  templates: z
    .strictObject({
      run: isFunction(templateRule).optional(),
      conversation: isFunction(templateRule).optional(),
      error: isFunction(templateRule).optional(),
    })
    .default({}),
  debug: z.boolean('true or false').default(false),
  logger: loggerSchema.default(defaultLogger),
})

/** Checks every setting; the first wrong one throws, naming itself, its value and what is accepted. */
export function resolveConfig(options: AgenticOptions): AgenticConfig {
  const parsed = schema.safeParse(options ?? {})
  if (!parsed.success) throw wrongSetting(options, parsed.error)
  const settings = parsed.data
  const agents = resolveAgents(options)
  const agentKeys = Object.keys(agents)
  const { limits, lease } = settings
  const leaseMs = Math.round(lease.seconds * 1000)
  const heartbeatMs = Math.round((lease.heartbeatSeconds ?? lease.seconds / 3) * 1000)
  if (heartbeatMs * 2 > leaseMs) {
    throw refuse('lease.heartbeatSeconds', heartbeatMs / 1000, `at most half of \`lease.seconds\` (${lease.seconds})`)
  }
  return Object.freeze({
    ...settings,
    agents,
    agentKeys,
    defaultAgent: defaultAgentOf(settings.defaultAgent, agentKeys),
    owner: options.owner,
    maxTurns: settings.runOptions.maxTurns,
    limits: {
      owner: limits.ownerConcurrency ?? null,
      agentOf: agentLimit(limits.agentConcurrency, agentKeys),
      total: limits.totalConcurrency ?? null,
      pendingPerOwner: limits.pendingPerOwner ?? null,
      rate: limits.rate === undefined ? null : parseRate(limits.rate),
      inputBytes: limits.inputBytes,
      inputItems: limits.inputItems,
      toolOutputBytes: limits.toolOutputBytes,
    },
    queue: options.queue ?? 'in-process',
    leaseMs,
    heartbeatMs,
    sweepMs: Math.round(lease.sweepSeconds * 1000),
    policyOf: policyLookup(settings.tools),
    context: options.context,
    modelProvider: options.modelProvider,
    redact: options.redact,
    drainMs: settings.drainSeconds * 1000,
    cancelGraceMs: settings.cancelGraceSeconds * 1000,
    publicOrigin: settings.publicOrigin?.replace(/\/$/, '') ?? null,
    trustedOrigins: settings.trustedOrigins.map((text) => text.replace(/\/$/, '')),
    templates: options.templates ?? {},
  })
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

function policyLookup(
  tools: Record<string, { interrupted: InterruptedPolicy }>,
): (toolName: string) => InterruptedPolicy {
  const policies = new Map(Object.entries(tools).map(([name, tool]) => [name, tool.interrupted]))
  return (toolName) => policies.get(toolName) ?? 'report'
}

const windows = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

function parseRate(text: string): Rate {
  const [amount = '', unit = 's'] = text.split('/')
  return { count: Number(amount), windowMs: windows[unit as keyof typeof windows] }
}

function wrongSetting(options: unknown, error: z.ZodError): AgenticError {
  const [issue] = error.issues
  if (issue === undefined) return new AgenticError('invalid_setting', error.message)
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.')
    return new AgenticError(
      'invalid_setting',
      `Setting \`${name}\` is unknown. Check its spelling; the README lists the settings.`,
    )
  }
  return refuse(issue.path.join('.'), valueAt(options, issue.path), issue.message)
}

function valueAt(options: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    options,
  )
}

function refuse(name: string, value: unknown, accepted: string): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `Setting \`${name}\` is ${describe(value)}. Accepted is ${accepted}.`,
  )
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number') return String(value)
  try {
    return (JSON.stringify(value) ?? typeof value).slice(0, 200)
  } catch {
    // It refers to itself: its type is what can be said.
    return typeof value
  }
}
