import { effectiveArguments } from './effective-arguments.ts'
import { noStepUsage } from '../store/steps.ts'
import type { NewStep } from './journal.ts'
import type { Call, RunScope } from './scope.ts'
import { toolOutputEvent } from './tool-events.ts'
import { encodeValue } from './values.ts'

/** Given to the SDK for a call that must not run now; never recorded, and no model reads it. */
export const placeholder = 'This call waits.'

/** What a call is answered with without being made, or `placeholder`. */
export type Answer = { answer: unknown }

/** From here on the call is answered with this result. */
export async function recordResult(scope: RunScope, call: Call, result: unknown): Promise<void> {
  call.recording = scope.journal.record(toolStep(scope, call, encodeValue(result)), [
    toolOutputEvent(scope, call, result),
  ])
  await call.recording
}

export function toolStep(scope: RunScope, call: Call, result: string | null): NewStep {
  return {
    path: call.path,
    kind: 'tool',
    agentName: scope.agentName,
    name: call.name,
    callId: call.callId,
    arguments: call.arguments,
    effectiveArguments: effectiveArguments(scope, call),
    result,
    given: null,
    ...noStepUsage,
  }
}
