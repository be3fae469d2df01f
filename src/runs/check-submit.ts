import type { SubmitOptions } from '../core/api.ts'
import type { AgenticConfig } from '../core/config.ts'
import { checkOwner, checkSessionKey, describe } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import type { WhenBusy } from '../core/options.ts'
import type { JsonValue } from '../core/run.ts'
import { givenJson } from '../store/json.ts'

export interface CheckedSubmit {
  owner: string
  sessionKey: string
  agentKey: string
  input: JsonValue
  context: JsonValue
  maxTurns: number
  idempotencyKey: string | null
  whenBusy: WhenBusy
  retryOf: string | null
}

/** The rules for a new run, whoever asks; the web adds its own for what a client may send. */
export function checkSubmit(
  config: AgenticConfig,
  options: SubmitOptions & { retryOf?: string },
): CheckedSubmit {
  return {
    owner: checkOwner(options.owner),
    sessionKey: checkSessionKey(options.session),
    agentKey: checkAgent(config, options.agent),
    input: checkInput(config, options.input),
    context: options.context ?? null,
    maxTurns: checkMaxTurns(config, options.config?.maxTurns),
    idempotencyKey: checkIdempotencyKey(options.idempotencyKey),
    whenBusy: checkWhenBusy(options.whenBusy ?? config.whenBusy),
    retryOf: options.retryOf ?? null,
  }
}

function checkAgent(config: AgenticConfig, given: unknown): string {
  const key = given ?? config.defaultAgent
  if (typeof key === 'string' && config.agentKeys.includes(key)) return key
  const what = key === null ? '`agent_key` is missing' : `\`agent_key\` is ${describe(key)}`
  throw new AgenticError('unknown_agent', `${what}. Accepted are: ${config.agentKeys.join(', ')}.`)
}

function checkInput(config: AgenticConfig, input: unknown): JsonValue {
  const isText = typeof input === 'string'
  if (!isText && !(Array.isArray(input) && input.every(isRecord))) {
    throw invalidInput('`input` must be a text or a list of user message items.')
  }
  if (input.length === 0) throw invalidInput('`input` is empty. Send a text or at least one item.')
  const { inputBytes, inputItems } = config.limits
  if (!isText && input.length > inputItems) {
    throw new AgenticError(
      'too_large',
      `\`input\` has ${input.length} items; at most ${inputItems} are accepted. Send fewer.`,
    )
  }
  const text = isText ? input : givenJson('input', input)
  const bytes = Buffer.byteLength(text)
  if (bytes > inputBytes) {
    throw new AgenticError(
      'too_large',
      `\`input\` has ${bytes} bytes; at most ${inputBytes} are accepted. Send less.`,
    )
  }
  return input as JsonValue
}

function checkWhenBusy(given: unknown): WhenBusy {
  if (given === 'enqueue' || given === 'reject' || given === 'interrupt') return given
  throw new AgenticError(
    'invalid_request',
    `\`whenBusy\` is ${describe(given)}. Accepted are "enqueue", "reject" and "interrupt".`,
  )
}

function checkMaxTurns(config: AgenticConfig, given: unknown): number {
  if (given === undefined) return config.maxTurns
  const isValid = Number.isInteger(given) && Number(given) >= 1 && Number(given) <= config.maxTurns
  if (isValid) return Number(given)
  throw new AgenticError(
    'invalid_request',
    `\`config.max_turns\` is ${describe(given)}. Accepted is a whole number from 1 to ${config.maxTurns}.`,
  )
}

function checkIdempotencyKey(key: unknown): string | null {
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw new AgenticError(
    'invalid_request',
    `\`idempotency_key\` is ${describe(key)}. Accepted are 1 to 255 printable ASCII characters.`,
  )
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalidInput(message: string): AgenticError {
  return new AgenticError('invalid_input', message)
}
