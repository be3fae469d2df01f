import type { Call, RunScope } from './scope.ts'
import type { ToolCallSeen } from './seams.ts'
import { placeholder, recordResult, type Answer } from './tool-step.ts'

/** A call that an earlier attempt began and nobody saw end: its tool's policy decides. */
export async function settleUncertain(
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
