import type { ErrorCode } from '../core/errors.ts'
import type { NewEvent } from '../core/event.ts'
import { fromJson, toJson } from '../store/json.ts'
import { effectiveArguments } from './effective-arguments.ts'
import type { Call, RunScope } from './scope.ts'
import { callToFinish } from './stop.ts'
import { placeholder, type Answer } from './tool-step.ts'

/**
 * Puts a call before a person, once, and waits: before it is made, or because an earlier attempt was cut off inside it.
 * The answer is a placeholder that no model reads, because throwing would abort the call's siblings.
 */
export async function askPerson(
  scope: RunScope,
  call: Call,
  interruptedAttempt = 0,
): Promise<Answer> {
  const { journal } = scope
  if (callToFinish(scope)) return refuseToWait(scope, call, interruptedAttempt)
  if (journal.approval(call.path, interruptedAttempt) === null) {
    const edited = interruptedAttempt === 0 ? null : journal.approval(call.path)?.editedArguments
    const question = {
      path: call.path,
      toolName: call.name,
      agentName: scope.agentName,
      arguments: argumentsJson(call.arguments),
      editedArguments: edited === null || edited === undefined ? null : toJson(edited),
      interruptedAttempt,
    }
    await journal.requestApproval(question, (id, expiresAt) => [
      requestedEvent({ id, expiresAt, isInterrupted: interruptedAttempt > 0 }, scope, call),
    ])
  }
  journal.latch.set({ kind: 'waiting' })
  return { answer: placeholder }
}

interface Asked {
  id: string
  expiresAt: number | null
  isInterrupted: boolean
}

function requestedEvent(asked: Asked, scope: RunScope, call: Call): NewEvent {
  return {
    type: 'tool_approval_requested',
    payload: {
      approval_id: asked.id,
      kind: asked.isInterrupted ? 'interrupted' : 'call',
      path: call.path,
      agent: scope.agentName,
      tool_name: call.name,
      call_id: call.callId,
      arguments: effectiveArguments(scope, call),
      expires_at: asked.expiresAt === null ? null : new Date(asked.expiresAt).toISOString(),
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
function refuseToWait(scope: RunScope, call: Call, interruptedAttempt: number): Answer {
  const [code, needs]: [ErrorCode, string] =
    interruptedAttempt === 0
      ? ['approval_unsupported', 'needs an approval']
      : ['interrupted_needs_decision', 'was interrupted by a crash and needs a decision']
  scope.journal.latch.set({
    kind: 'failed',
    code,
    message: `The call of \`${call.name}\` at ${call.path} ${needs}, inside another tool that runs an agent and would have to be run again afterwards. Declare that outer tool \`{ interrupted: 'rerun' }\` if repeating it is safe, or make its agent a tool with \`asTool()\`.`,
  })
  return { answer: placeholder }
}
