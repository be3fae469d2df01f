import { givenResults } from './responses.ts'
import type { RunScope } from './scope.ts'
import type { ItemSeen, ModelRequestSeen } from './seams.ts'
import { recordResult } from './tool-step.ts'

/**
 * A tool's `timeoutMs` is enforced outside of its `invoke`: the model is given the timeout text while the call may
 * still be going on, or while its mark or its result is being written. What the model is given is the fact, so it is
 * recorded here, before the model is asked next.
 */
export async function recordLateResults(scope: RunScope, request: ModelRequestSeen): Promise<void> {
  for (const item of givenResults(scope, request)) {
    const call = scope.calls.get(item.callId ?? '')
    if (call?.timedOut?.() !== true || call.isTimeoutRecorded) continue
    await call.recording
    await recordResult(scope, call, givenText(item))
    call.isTimeoutRecorded = true
  }
}

function givenText(item: ItemSeen): unknown {
  const output = (item as { output?: unknown }).output
  if (typeof output === 'object' && output !== null && 'text' in output) return output.text
  return output
}
