import { ToolTimeoutError } from '@openai/agents'
import {
  getFunctionToolApprovalInput,
  hasDynamicFunctionToolApprovalPolicy,
  hasInspectableFunctionToolArguments,
  prepareFunctionToolInput,
} from '@openai/agents-core/utils/internal'
import { firstTime } from './instrument.ts'
import { scopes, type Call, type RunScope, type Scope } from './scope.ts'

type Tool = Parameters<typeof prepareFunctionToolInput>[0] & { name: string; timeoutMs?: number }

/** Replaces `invoke` and `needsApproval` of a function tool in place. */
export function instrumentTool(candidate: unknown): void {
  if (!isFunctionTool(candidate)) return
  if (!firstTime(candidate, `The tool ${candidate.name}`)) return
  const tool = candidate
  const { invoke, needsApproval } = tool
  const unwrapped: Tool = { ...tool, invoke, needsApproval }
  const isAgent = 'on' in tool && typeof tool.on === 'function'
  const predicate = exactPredicate(unwrapped)

  tool.invoke = async (runContext, input, details) => {
    const proceed = async () => invoke.call(tool, runContext, input, details)
    const found = findCall(details?.toolCall?.callId)
    if (found === null) return proceed()
    const { scope, call } = found
    const { name } = tool
    const hasTimeout = tool.timeoutMs !== undefined
    const timedOut = () => details?.signal?.reason instanceof ToolTimeoutError
    const ask = async () => predicate(runContext, parsed(call.arguments), call.callId)
    const seen = { name, hasTimeout, timedOut, isAgent, ask, proceed }
    return scope.seams.invokeTool(scope, call, seen) as ReturnType<typeof invoke>
  }
  tool.needsApproval = async (runContext, args, callId) => {
    const ask = async () => predicate(runContext, args, callId)
    const found = findCall(callId)
    if (found === null) return ask()
    return found.scope.seams.needsApproval(found.scope, found.call, ask)
  }
}

/**
 * Replacing `invoke` changes what the predicate is given: the SDK keeps the argument parser by invoke function and
 * falls back to the raw JSON without it. This asks with what the unwrapped tool would have given it.
 */
function exactPredicate(unwrapped: Tool): Tool['needsApproval'] {
  const isDynamic = hasDynamicFunctionToolApprovalPolicy(unwrapped)
  const original: Tool['needsApproval'] = async (...asked) =>
    unwrapped.needsApproval.call(unwrapped, ...asked)
  return async (runContext, args, callId) => {
    if (!isDynamic) return original(runContext, args, callId)
    const text = typeof args === 'string' ? args : JSON.stringify(args)
    const prepared = prepareFunctionToolInput(unwrapped, text)
    if (prepared === undefined) {
      return !hasInspectableFunctionToolArguments(args) || original(runContext, args, callId)
    }
    if (!prepared.result.success) return original(runContext, args, callId)
    const exact = getFunctionToolApprovalInput(prepared.result.value)
    if (!hasInspectableFunctionToolArguments(exact)) return true
    return original(runContext, exact, callId)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The predicate of a tool without a schema is given the text as it is.
    return text
  }
}

function findCall(callId: string | undefined): { scope: RunScope; call: Call } | null {
  const scope: Scope | undefined = scopes.getStore()
  if (scope?.kind !== 'run' || callId === undefined) return null
  const call = scope.calls.get(callId)
  return call === undefined ? null : { scope, call }
}

function isFunctionTool(value: unknown): value is Tool {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'function' &&
    'invoke' in value &&
    typeof value.invoke === 'function'
  )
}
