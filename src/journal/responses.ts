import { randomUUID } from 'node:crypto'
import type { SessionItem } from '../core/session.ts'
import { fromJson, toJson } from '../store/json.ts'
import type { StepTable } from '../store/tables.ts'
import type { Call, RunScope } from './scope.ts'
import { recordedUsage } from './tokens.ts'
import type { ItemSeen, ModelRequestSeen, ModelResponseSeen, UsageSeen } from './seams.ts'

/** A model response as it is recorded. */
export interface RecordedResponse {
  output: SessionItem[]
  usage: UsageSeen & { requests: number }
  responseId: string | null
  /** The calls in it whose tool or handoff existed; only those must still exist on replay. */
  known: string[]
}

/**
 * Gives calls with an empty or repeated id a fresh one: with some providers ids are no identity, and the SDK
 * matches results to calls by them.
 */
export function withUniqueCallIds(
  scope: RunScope,
  request: ModelRequestSeen,
  output: ItemSeen[],
): ItemSeen[] {
  const before = typeof request.input === 'string' ? [] : request.input
  const seen = new Set([...scope.calls.keys(), ...before.map((item) => item.callId ?? '')])
  return output.map((item) => {
    if (item.type !== 'function_call') return item
    const callId =
      item.callId === undefined || item.callId === '' || seen.has(item.callId)
        ? `call_${randomUUID().replaceAll('-', '')}`
        : item.callId
    seen.add(callId)
    return callId === item.callId ? item : { ...item, callId }
  })
}

/** Makes the calls of the newest response findable by the ids that the SDK will use. */
export function registerCalls(scope: RunScope, path: string, output: ItemSeen[]): void {
  const calls = output.filter((item) => item.type === 'function_call')
  scope.newest = []
  for (const [index, item] of calls.entries()) {
    const call: Call = {
      path: `${path}/t${index}`,
      callId: item.callId ?? '',
      name: item.name ?? '',
      arguments: item.arguments ?? '',
      wantsApproval: null,
      timedOut: null,
      recording: null,
      isTimeoutRecorded: false,
    }
    scope.calls.set(call.callId, call)
    scope.newest.push(call.callId)
    if (!isJsonObject(call.arguments)) scope.takeOverApproval(item)
  }
}

/** For anything else the SDK wants a person's word without asking the predicate, and would end the run for it. */
function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    // Not JSON at all: the SDK answers such a call with a parse error and never runs it.
    return false
  }
}

export function knownNames(request: ModelRequestSeen): Set<string> {
  return new Set([
    ...request.tools.map((tool) => tool.name),
    ...request.handoffs.map((handoff) => handoff.toolName),
  ])
}

export function readResponse(step: StepTable): RecordedResponse {
  return fromJson(step.result ?? 'null') as unknown as RecordedResponse
}

export function writeResponse(response: ModelResponseSeen, names: Set<string>): string {
  const known = response.output
    .filter((item) => item.type === 'function_call' && names.has(item.name ?? ''))
    .map((item) => item.name ?? '')
  return toJson({
    output: response.output,
    usage: recordedUsage(response.usage),
    responseId: response.responseId ?? null,
    known,
  })
}

/** Results of the newest response's calls, as the model is about to be given them. */
export function givenResults(scope: RunScope, request: ModelRequestSeen): ItemSeen[] {
  if (typeof request.input === 'string') return []
  const wanted = new Set(scope.newest)
  return request.input.filter(
    (item) => item.type === 'function_call_result' && wanted.has(item.callId ?? ''),
  )
}
