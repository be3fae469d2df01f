import { askPerson } from './ask-person.ts'
import { decidedMessage, effectUnknown, interruptedMessage } from './interrupted-message.ts'
import type { Call, RunScope } from './scope.ts'
import type { ToolCallSeen } from './seams.ts'
import { placeholder, recordResult, type Answer } from './tool-step.ts'

/** A call that an earlier attempt began and nobody saw end: its tool's policy decides, or a person. */
export async function settleUncertain(
  scope: RunScope,
  call: Call,
  tool: ToolCallSeen,
  interruptedAttempt: number,
): Promise<'rerun' | Answer> {
  const { journal } = scope
  const policy = tool.isAgent ? 'rerun' : journal.toolOf(tool.name).interrupted
  // What a person was asked stays a person's to decide, whatever the policy is by now.
  const asked = journal.approval(call.path, interruptedAttempt)
  const isForPerson = policy === 'ask' || (policy === 'report' && scope.needsDecision)
  if (asked !== null || isForPerson) return askAboutIt(scope, call, interruptedAttempt)
  if (policy === 'rerun') return 'rerun'
  if (policy === 'fail') {
    const { name: toolName, path } = call
    return fail(scope, interruptedMessage({ toolName, path }, 'its policy is `fail`'))
  }
  const answer = effectUnknown(tool.name)
  await recordResult(scope, call, answer)
  return { answer }
}

async function askAboutIt(
  scope: RunScope,
  call: Call,
  interruptedAttempt: number,
): Promise<'rerun' | Answer> {
  const asked = scope.journal.approval(call.path, interruptedAttempt)
  if (asked === null || asked.status === 'pending')
    return askPerson(scope, call, interruptedAttempt)
  if (asked.status === 'rerun') return 'rerun'
  if (asked.status !== 'done') return fail(scope, decidedMessage(asked))
  await recordResult(scope, call, asked.result)
  return { answer: asked.result }
}

function fail(scope: RunScope, message: string): Answer {
  scope.journal.latch.set({ kind: 'failed', code: 'interrupted', message })
  return { answer: placeholder }
}
