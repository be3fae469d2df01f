import { askPerson } from './ask-person.ts'
import type { Call, RunScope } from './scope.ts'
import { recordResult, type Answer } from './tool-step.ts'

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
  if (!wasAsked) call.wantsApproval ??= journal.toolOf(call.name).needsApproval || (await ask())
  return false
}

/** The approval row is the authority, not the predicate: what it says now may differ from what was decided. */
export async function consultApproval(
  scope: RunScope,
  call: Call,
  ask: () => Promise<boolean>,
): Promise<'approved' | Answer> {
  const { journal } = scope
  const own = journal.approval(call.path)
  if (own === null) {
    await needsApproval(scope, call, ask)
    if (call.wantsApproval !== true) return 'approved'
  }
  const { agentName } = scope
  const decided = own ?? journal.standingDecision({ toolName: call.name, agentName })
  if (decided === null || decided.status === 'pending') return askPerson(scope, call)
  if (decided.status === 'approved') return 'approved'
  const answer = decided.message ?? rejectionText
  await recordResult(scope, call, answer)
  return { answer }
}
