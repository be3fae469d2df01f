import { isAgenticError, type ErrorCode } from '../core/errors.ts'
import type { AgentOutcome } from '../journal/run-agent.ts'

export interface Failure {
  error: string
  code: ErrorCode
}

/** A failed run's `error` and `error_code`: `Class: message`, with the stack only when debugging. */
export function failureOf(
  outcome: AgentOutcome,
  debug: boolean,
  modelErrors: WeakSet<Error>,
): Failure {
  if (outcome.kind === 'interrupted') {
    return {
      code: 'approval_unsupported',
      error: `AgenticError: The agent asked for an approval of ${outcome.toolNames.join(', ')} in a way that cannot wait durably. Ask through \`needsApproval\` of a function tool.`,
    }
  }
  const error =
    outcome.kind === 'threw' ? outcome.error : new Error('the agent ended without a result')
  if (!(error instanceof Error)) return { code: 'agent_error', error: `Error: ${String(error)}` }
  const text = `${classOf(error)}: ${error.message}`
  const code = modelErrors.has(error) ? 'model_error' : codeOf(error)
  return { code, error: debug ? (error.stack ?? text) : text }
}

function classOf(error: Error): string {
  return error.constructor.name === 'Error' ? error.name : error.constructor.name
}

function codeOf(error: Error): ErrorCode {
  if (isAgenticError(error)) return error.code
  const name = classOf(error)
  if (name === 'MaxTurnsExceededError') return 'max_turns'
  if (name.includes('Guardrail')) return 'guardrail'
  if (/^Model|ConnectionError$/.test(name) || 'requestID' in error) return 'model_error'
  return 'agent_error'
}
