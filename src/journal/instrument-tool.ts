import { ToolTimeoutError } from '@openai/agents'
import {
  getFunctionToolApprovalInput,
  hasDynamicFunctionToolApprovalPolicy,
  hasInspectableFunctionToolArguments,
  prepareFunctionToolInput,
} from '@openai/agents-core/utils/internal'
import { firstTime } from './instrument.ts'
import { instrumentToolGuardrails } from './instrument-tool-guardrails.ts'
import { scopes, type Call, type RunScope, type Scope } from './scope.ts'

type Tool = Parameters<typeof prepareFunctionToolInput>[0] & {
  name: string
  timeoutMs?: number
  parameters?: unknown
}

/** Replaces `invoke`, `needsApproval` and the guardrails of a function tool in place. */
export function instrumentTool(candidate: unknown): void {
  if (!isFunctionTool(candidate)) return
  if (!firstTime(candidate, `The tool ${candidate.name}`)) return
  const tool = candidate
  const { invoke, needsApproval } = tool
  const unwrapped: Tool = { ...tool, invoke, needsApproval }
  const isAgent = 'on' in tool && typeof tool.on === 'function'
  const predicate = exactPredicate(unwrapped)

  tool.invoke = async (runContext, input, details) => {
    const proceed = async (edited: string | null) =>
      invoke.call(tool, runContext, edited ?? input, details)
    const found = findCall(details?.toolCall?.callId)
    if (found === null) return proceed(null)
    const { scope, call } = found
    const { name } = tool
    const hasTimeout = tool.timeoutMs !== undefined
    const timedOut = () => details?.signal?.reason instanceof ToolTimeoutError
    const ask = async () => predicate(runContext, call.arguments, call.callId)
    const accepts = (args: string) =>
      prepareFunctionToolInput(unwrapped, args)?.result.success ?? true
    const seen = { name, hasTimeout, timedOut, isAgent, ask, accepts, proceed }
    return scope.seams.invokeTool(scope, call, seen) as ReturnType<typeof invoke>
  }
  tool.needsApproval = async (runContext, args, callId) => {
    const found = findCall(callId)
    const ask = async (text: string) => predicate(runContext, text, callId)
    if (found === null) return ask(tool.parameters ? JSON.stringify(args) : String(args))
    const { scope, call } = found
    return scope.seams.needsApproval(scope, call, async () => ask(call.arguments))
  }
  instrumentToolGuardrails(tool, (callId) => {
    const found = findCall(callId)
    return found === null ? null : found.scope.seams.editedArguments(found.scope, found.call)
  })
}

/**
 * Replacing `invoke` changes what the predicate is given: the SDK keeps the argument parser by invoke function and
 * falls back to the raw JSON without it. This asks with what the unwrapped tool would have given it.
 */
function exactPredicate(unwrapped: Tool) {
  const isDynamic = hasDynamicFunctionToolApprovalPolicy(unwrapped)
  return async (
    runContext: Parameters<Tool['needsApproval']>[0],
    text: string,
    callId: string | undefined,
  ): Promise<boolean> => {
    const ask = async (args: unknown) => unwrapped.needsApproval(runContext, args, callId)
    if (!isDynamic) return ask(text)
    const prepared = prepareFunctionToolInput(unwrapped, text)
    if (prepared?.result.success === false) return ask(parsed(text))
    const exact =
      prepared === undefined ? parsed(text) : getFunctionToolApprovalInput(prepared.result.value)
    return !hasInspectableFunctionToolArguments(exact) || ask(exact)
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
