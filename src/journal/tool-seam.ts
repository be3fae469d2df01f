import { consultApproval } from './approval-seam.ts'
import { editedArguments } from './effective-arguments.ts'
import { settleUncertain } from './interrupted-call.ts'
import { callScope, scopes, type Call, type RunScope } from './scope.ts'
import type { ToolCallSeen } from './seams.ts'
import { mustStop } from './stop.ts'
import { toolOutputEvent } from './tool-events.ts'
import { placeholder, recordResult, toolStep } from './tool-step.ts'
import { boundOutput, decodeValue } from './values.ts'

/**
 * One tool call: answered from the journal; or waiting for a person; or settled by its policy or a person because an
 * earlier attempt was cut off inside it; or made, and recorded with whatever it fulfils with.
 */
export async function invokeTool(
  scope: RunScope,
  call: Call,
  tool: ToolCallSeen,
): Promise<unknown> {
  const { journal } = scope
  if (refusesTools(scope)) return placeholder
  // Without a pause in it a recorded answer is always in time for the SDK's timer.
  const step = tool.hasTimeout ? journal.recordedNow(call.path) : await journal.recorded(call.path)
  if (step !== null) return decodeValue(step.result ?? '{}')
  call.timedOut = tool.timedOut
  const decided = await consultApproval(scope, call, tool.ask)
  if (decided !== 'approved') return decided.answer
  const cutOff = journal.cutOffAttempt(call.path)
  if (cutOff > 0) {
    const settled = await settleUncertain(scope, call, tool, cutOff)
    if (settled !== 'rerun') return settled.answer
  }
  return make(scope, call, tool)
}

/** Whether a call that has not begun must not begin now. While something waits for a person its siblings go on. */
function refusesTools(scope: RunScope): boolean {
  const { latch } = scope.journal
  const refuses = latch.control?.kind !== 'waiting' && mustStop(scope)
  if (refuses) latch.feel()
  return refuses
}

async function make(scope: RunScope, call: Call, tool: ToolCallSeen): Promise<unknown> {
  const { journal } = scope
  const edited = editedArguments(scope, call)
  if (edited !== null && !tool.accepts(edited)) return refuseEdited(scope, call)
  const isRepeatable = tool.isAgent || journal.toolOf(tool.name).interrupted === 'rerun'
  if (!isRepeatable) await journal.markStarted(toolStep(scope, call, null))
  // Also when the process was stopped while the mark was on its way: what is marked but not begun had no effect.
  await journal.assertLeased()
  // The mark may have told that a cancel is wanted, or taken longer than the call may.
  if (refusesTools(scope) || tool.timedOut()) return placeholder
  const made = { arguments: edited ?? call.arguments, isEdited: edited !== null }
  const inside = callScope(scope, call.path, { mustFinish: !isRepeatable, made })
  // What a stopped call ends with is of nobody's making, and its rejection would abort its siblings.
  const isNoFact = () => inside.wasStopped || (tool.isAgent && journal.latch.isHard)
  const { callId } = call
  const facts = { name: tool.name, callId, arguments: made.arguments, agentName: scope.agentName }
  const flaw = () => (isNoFact() ? 'stopped' : tool.timedOut() ? 'timeout' : null)
  const proceed = async () => scopes.run(inside, async () => tool.proceed(edited))
  const output = await scope.trace.tool(facts, proceed, flaw).catch((error: unknown) => {
    if (inside.wasStopped && !journal.latch.isHard) return placeholder
    throw error
  })
  if (isNoFact()) return output
  const result = boundOutput(output, journal.toolOutputBytes)
  if (tool.timedOut()) await reportLate(scope, call, result)
  else await recordResult(scope, call, result)
  return result
}

/** Nobody could ask the tool's schema when they were edited, and the tool's own answer would blame the model. */
async function refuseEdited(scope: RunScope, call: Call): Promise<string> {
  const answer = `The call of ${call.name} was not made: whoever approved it changed its arguments, and the tool does not accept them. Nothing has happened.`
  await recordResult(scope, call, answer)
  return answer
}

/** The model was given a timeout: the true result is an event only. */
async function reportLate(scope: RunScope, call: Call, result: unknown): Promise<void> {
  if (scope.journal.latch.isHard) return
  await scope.journal.emit([toolOutputEvent(scope, call, result, 'tool_output_late')])
}
