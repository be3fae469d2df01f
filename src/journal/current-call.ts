import { AgenticError } from '../core/errors.ts'
import { scopes } from './scope.ts'

export interface CurrentCall {
  runId: string
  owner: string
  sessionKey: string
  /** Path of this call within the run; the same on every attempt. */
  path: string
  /** `run id + path`: stable over crashes and attempts, different for every call. Give it to whatever has the effect. */
  idempotencyKey: string
  attempt: number
  /** What the call is made with, as the text of its JSON. */
  arguments: string
  /** Whether a person changed what the model asked for. */
  isEdited: boolean
}

/**
 * Facts about the tool call under way; to be called inside a tool.
 *
 * @example
 * execute: ({ flight }) => bookings.insertOnce(currentCall().idempotencyKey, flight)
 */
export function currentCall(): CurrentCall {
  const scope = scopes.getStore()
  if (scope?.kind !== 'call' || scope.made === null) {
    throw new AgenticError(
      'invalid_request',
      'currentCall() was used outside of a tool call. Call it inside the `execute` of a tool that runs in a durable run.',
    )
  }
  const { journal, path, made } = scope
  return {
    runId: journal.runId,
    owner: journal.owner,
    sessionKey: journal.sessionKey,
    path,
    idempotencyKey: `${journal.runId}/${path}`,
    attempt: journal.attempt,
    ...made,
  }
}
