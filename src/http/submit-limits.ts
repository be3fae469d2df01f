import { AgenticError } from '../core/errors.ts'
import type { JsonValue } from '../core/run.ts'
import type { HttpConfig } from './deps.ts'

/** What a new run may ask of this server; its form was checked before. */
export interface AskedRun {
  agent: string | undefined
  maxTurns: number | undefined
  input: JsonValue
}

export function assertWithinLimits(config: HttpConfig, { agent, maxTurns, input }: AskedRun): void {
  assertAgent(config, agent)
  if (maxTurns !== undefined && maxTurns > config.maxTurns) {
    throw new AgenticError(
      'invalid_request',
      `\`config.max_turns\` must be a whole number from 1 to ${config.maxTurns}; got ${maxTurns}.`,
    )
  }
  assertSize(config, input)
}

function assertAgent({ agentKeys, defaultAgent }: HttpConfig, agent: string | undefined): void {
  if (agent === undefined && defaultAgent === null) {
    throw new AgenticError(
      'invalid_request',
      '`agent_key` is missing; it must be the name of an agent, as this server has no default one.',
    )
  }
  if (agent === undefined || agentKeys.includes(agent)) return
  const got = JSON.stringify(agent.slice(0, 60))
  throw new AgenticError(
    'unknown_agent',
    `\`agent_key\` names no agent of this server; got ${got}.`,
  )
}

function assertSize({ inputItems, inputBytes }: HttpConfig, input: JsonValue): void {
  if (Array.isArray(input) && input.length > inputItems) {
    throw new AgenticError(
      'too_large',
      `\`input\` may have ${inputItems} items at most; got ${input.length}.`,
    )
  }
  const bytes = Buffer.byteLength(JSON.stringify(input))
  if (bytes <= inputBytes) return
  throw new AgenticError(
    'too_large',
    `\`input\` may have ${inputBytes} bytes as JSON at most; got ${bytes}.`,
  )
}
