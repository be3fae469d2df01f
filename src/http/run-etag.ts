import { hash } from 'node:crypto'
import type { RunState } from '../core/run.ts'
import { runSchema } from './wire.ts'

/** After a deploy that adds a field nobody has seen any run. */
const form = hash('sha256', Object.keys(runSchema.shape).join(), 'base64url').slice(0, 6)

/** The ETag of a run's JSON. To know it takes neither the run's texts nor their hash. */
export function runEtag(state: RunState): string {
  const { status, attempt, usage, lastSequence, startedAt, cancelRequestedAt, blockedBy } = state
  const { requests, inputTokens, outputTokens, totalTokens } = usage
  const facts = [
    ...[form, status, attempt, lastSequence, startedAt, cancelRequestedAt, blockedBy],
    ...[requests, inputTokens, outputTokens, totalTokens],
  ]
  return `"${facts.join('.')}"`
}
