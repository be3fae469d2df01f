import type { NewEvent } from '../core/event.ts'
import { fromJson, toJson } from '../store/json.ts'
import type { NewStep } from './journal.ts'
import { scopes, type Call, type CallScope, type RunScope } from './scope.ts'
import type { ToolCallSeen } from './seams.ts'
import { toolOutputEvent } from './tool-events.ts'
import { boundOutput, decodeValue, encodeValue } from './values.ts'

/** Given to the SDK for a call that must not run now; never recorded, and no model reads it. */
const placeholder = 'This call waits.'

export const rejectionText = 'Tool execution was not approved.'

/**
 * One tool call: answered from the journal; or waiting for a person; or settled by its policy because an earlier
 * attempt was cut off inside it; or made, and recorded with whatever it fulfils with.
 */
export async function invokeTool(
  scope: RunScope,
  call: Call,
  tool: ToolCallSeen,
): Promise<unknown> {
  const { journal } = scope
  // Before the SDK starts its own timer, so that what looks in time here was in time there.
  const begun = performance.now()
  if (journal.latch.refusesTools()) return placeholder
  const step = await journal.recorded(call.path)
  if (step !== null) return decodeValue(step.result ?? '{}')
  const decided = await consultApproval(scope, call, tool.ask)
  if (decided !== 'approved') return decided.answer
  if (journal.isUncertain(call.path)) {
    const settled = await settleUncertain(scope, call, tool)
    if (settled !== 'rerun') return settled.answer
  }
  return run(scope, call, tool, begun)
}

type Answer = { answer: unknown }

/** The approval row is the authority, not the predicate: what it says now may differ from what was decided. */
async function consultApproval(
  scope: RunScope,
  call: Call,
  ask: () => Promise<boolean>,
): Promise<'approved' | Answer> {
  const { journal } = scope
  const approval = journal.approval(call.path)
  if (approval?.status === 'approved') return 'approved'
  if (approval?.status === 'rejected') {
    const answer = approval.message ?? rejectionText
    await recordResult(scope, call, answer)
    return { answer }
  }
  if (approval === null) {
    await needsApproval(scope, call, ask)
    if (call.wantsApproval !== true) return 'approved'
    await journal.requestApproval(
      {
        path: call.path,
        toolName: call.name,
        agentName: scope.agentName,
        argumentsJson: argumentsJson(call.arguments),
      },
      (id) => [approvalEvent(id, scope, call)],
    )
  }
  journal.latch.set({ kind: 'waiting' })
  return { answer: placeholder }
}

function approvalEvent(id: string, scope: RunScope, call: Call): NewEvent {
  return {
    type: 'tool_approval_requested',
    payload: {
      approval_id: id,
      path: call.path,
      agent: scope.agentName,
      tool_name: call.name,
      call_id: call.callId,
      arguments: call.arguments,
    },
  }
}

function argumentsJson(text: string): string {
  try {
    return toJson(fromJson(text))
  } catch {
    // Arguments that are not JSON are shown as the text they are.
    return toJson(text)
  }
}

async function settleUncertain(
  scope: RunScope,
  call: Call,
  tool: ToolCallSeen,
): Promise<'rerun' | Answer> {
  const { journal } = scope
  const policy = tool.isAgent ? 'rerun' : journal.policyOf(tool.name)
  if (policy === 'rerun') return 'rerun'
  if (policy === 'report' && !scope.needsDecision) {
    const answer = `The call of ${tool.name} was interrupted by a crash of the server. Its effect is unknown: it may or may not have happened. Check before you repeat it.`
    await recordResult(scope, call, answer)
    return { answer }
  }
  const because =
    policy === 'fail'
      ? `its policy is \`fail\``
      : `its policy \`report\` cannot be used here: the agent's output type or \`toolUseBehavior\` could turn the report into the output`
  journal.latch.set({
    kind: 'failed',
    code: policy === 'fail' ? 'interrupted' : 'interrupted_needs_decision',
    message: `The call of \`${tool.name}\` at ${call.path} was interrupted by a crash and its effect is unknown; ${because}. Check what happened, then retry the run; declare the tool \`{ interrupted: 'rerun' }\` if repeating it is safe.`,
  })
  return { answer: placeholder }
}

async function run(
  scope: RunScope,
  call: Call,
  tool: ToolCallSeen,
  begun: number,
): Promise<unknown> {
  const { journal } = scope
  const isLate = () => tool.timeoutMs !== undefined && performance.now() - begun >= tool.timeoutMs
  const repeatable = tool.isAgent || journal.policyOf(tool.name) === 'rerun'
  if (repeatable) await journal.assertLeased()
  else await journal.markStarted(toolStep(scope, call, null))
  call.open = true
  // The mark may have told that a cancel is wanted, or taken longer than the call may.
  if (journal.latch.refusesTools() || isLate()) return placeholder
  const inside: CallScope = {
    kind: 'call',
    seams: scope.seams,
    journal,
    path: call.path,
    children: new Map(),
    run: scope,
  }
  const output = await journal.track(scopes.run(inside, tool.proceed))
  // A nested agent that was stopped answers with a text of the SDK's making: not a fact.
  if (tool.isAgent && journal.latch.control !== null) return output
  const result = boundOutput(output, journal.toolOutputBytes)
  if (isLate()) await reportLate(scope, call, result)
  else await recordResult(scope, call, result)
  return result
}

/** The model was given a timeout: the true result is an event only. */
async function reportLate(scope: RunScope, call: Call, result: unknown): Promise<void> {
  if (scope.journal.latch.isHard) return
  await scope.journal.emit([toolOutputEvent(call, scope.agentName, result, 'tool_output_late')])
}

async function recordResult(scope: RunScope, call: Call, result: unknown): Promise<void> {
  call.open = false
  await scope.journal.record(toolStep(scope, call, encodeValue(result)), [
    toolOutputEvent(call, scope.agentName, result),
  ])
}

function toolStep(scope: RunScope, call: Call, result: string | null): NewStep {
  return {
    path: call.path,
    kind: 'tool',
    agentName: scope.agentName,
    name: call.name,
    callId: call.callId,
    arguments: call.arguments,
    effectiveArguments: call.arguments,
    result,
    given: null,
    inputTokens: 0,
    outputTokens: 0,
  }
}

/**
 * Takes the question over from the SDK, whose own way of waiting would end the run: the answer to the SDK is always
 * no, and `invokeTool` waits when the tool's predicate says yes. A call that has a row or a step was asked before.
 */
export async function needsApproval(
  scope: RunScope,
  call: Call,
  ask: () => Promise<boolean>,
): Promise<boolean> {
  const { journal } = scope
  const wasAsked = journal.approval(call.path) !== null || journal.hasStep(call.path)
  if (!wasAsked) call.wantsApproval ??= await ask()
  return false
}
