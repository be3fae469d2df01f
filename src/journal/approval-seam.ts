import type { NewEvent } from '../core/event.ts'
import { fromJson, toJson } from '../store/json.ts'
import type { Call, RunScope } from './scope.ts'
import { callToFinish } from './stop.ts'
import { placeholder, recordResult, type Answer } from './tool-step.ts'

export const rejectionText = 'Tool execution was not approved.'

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

/** The approval row is the authority, not the predicate: what it says now may differ from what was decided. */
export async function consultApproval(
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
    if (callToFinish(scope)) return refuseToWait(scope, call)
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

/** Waiting would run the enclosing tool a second time from its start, which it does not allow. */
function refuseToWait(scope: RunScope, call: Call): Answer {
  scope.journal.latch.set({
    kind: 'failed',
    code: 'approval_unsupported',
    message: `The call of \`${call.name}\` at ${call.path} needs an approval, inside another tool that runs an agent and would have to be run again afterwards. Declare that outer tool \`{ interrupted: 'rerun' }\` if repeating it is safe, or make its agent a tool with \`asTool()\`.`,
  })
  return { answer: placeholder }
}
