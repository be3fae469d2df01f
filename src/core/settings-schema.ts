import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { cleanupSchema } from './cleanup-policy.ts'
import { defaultLogger, type Logger } from './logger.ts'

/** No run gets more turns than this, whatever is configured. */
export const maxTurnsCap = 200

/** A run mostly waits for its model, so there may be more of them than cores. */
export function defaultConcurrency(): number {
  return Math.max(4, availableParallelism() * 2)
}

const isFunction = (what: string) => z.custom<never>((value) => typeof value === 'function', what)
const count = (what: string) => z.int(what).min(1, what).max(1_000_000_000, what)
const seconds = (what: string) => z.number(what).gt(0, what).max(86_400, what)
const originRule = 'an origin like "https://example.com", without a path'
const origin = z.string(originRule).refine((text) => {
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '')
}, originRule)

const rateRule = 'a text like "20/m": a count, a slash and s, m, h or d'
const rate = z.string(rateRule).regex(/^[1-9]\d{0,8}\/[smhd]$/, rateRule)
const wholeRule = 'a whole number of at least 1'
const waitRule = 'a number of seconds from 0 to 86,400'
const secondsRule = 'a number of seconds above 0 and up to 86,400'
const policyRule = '"report", "rerun", "ask" or "fail"'
const approvalRule = 'a number of seconds above 0 and up to 31,536,000, a year'
const approvalSeconds = z.number(approvalRule).gt(0, approvalRule).max(31_536_000, approvalRule)

const limitsSchema = z.strictObject({
  ownerConcurrency: count(wholeRule).optional(),
  agentConcurrency: z
    .union([count(wholeRule), z.record(z.string(), count(wholeRule))], {
      error: `${wholeRule}, or a record of them by agent key`,
    })
    .optional(),
  totalConcurrency: count(wholeRule).optional(),
  pendingPerOwner: count(wholeRule).optional(),
  streamsPerOwner: count(wholeRule).default(100),
  rate: rate.optional(),
  inputBytes: count(wholeRule).default(1_000_000),
  inputItems: count(wholeRule).default(100),
  toolOutputBytes: count(wholeRule).default(1_000_000),
  approvalSeconds: approvalSeconds.optional(),
})

const loggerSchema = z.custom<Logger>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['info', 'warn', 'error'].every((name) => name in value),
  'an object with the methods info, warn and error',
)
const queueRule = '"in-process", "inline", or an object with wake, listen and close'
const basePathRule =
  'a path of letters, digits, "-", "_", "~" and "." that begins with "/" and does not end with it, e.g. "/agents"'
const templateRule = 'a function from its view to a string of HTML'

/** Every setting with what it accepts and its default. The messages say what is accepted, for `refuse` to quote. */
export const settingsSchema = z.strictObject({
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
  canApprove: isFunction('a function (request, approval) => true or false').optional(),
  admin: isFunction('a function (request) => true or false').optional(),
  database: z.string('a text like "file:./agentic.db"').default('file:./agentic.db'),
  basePath: z
    .string(basePathRule)
    .regex(/^(?:\/[-a-zA-Z0-9_~.]*[-a-zA-Z0-9_~])+$/, basePathRule)
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
    .default(defaultConcurrency),
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
      z.strictObject({
        interrupted: z.enum(['report', 'rerun', 'ask', 'fail'], policyRule).default('report'),
        needsApproval: z.boolean('true or false').default(false),
        approvalSeconds: approvalSeconds.optional(),
      }),
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
  estimateCost: isFunction('a function from what a response used to its cost, or null').optional(),
  tracing: z.boolean('true or false').default(false),
  redact: isFunction('a function from an event to its payload').optional(),
  drainSeconds: z.number(waitRule).min(0, waitRule).max(86_400, waitRule).default(25),
  cancelGraceSeconds: z.number(waitRule).min(0, waitRule).max(86_400, waitRule).default(5),
  deltasMinutes: z.number('a number of minutes').min(0, 'a number of minutes').default(10),
  cleanup: cleanupSchema.prefault({}),
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
      approvals: isFunction(templateRule).optional(),
      form: isFunction(templateRule).optional(),
      error: isFunction(templateRule).optional(),
    })
    .default({}),
  debug: z.boolean('true or false').default(false),
  telemetry: z.strictObject({ payloads: z.boolean('true or false').default(false) }).prefault({}),
  logger: loggerSchema.default(defaultLogger),
})
