import { noStepUsage } from '../store/steps.ts'
import type { Call, RunScope } from './scope.ts'
import type { HandoffSeen } from './seams.ts'
import { stopIfAsked } from './stop.ts'
import { encodeValue } from './values.ts'

/** A handoff happens once: its `onHandoff` may have an effect, so a recorded one only answers with its agent. */
export async function handOff(scope: RunScope, call: Call, handoff: HandoffSeen): Promise<unknown> {
  const { journal } = scope
  stopIfAsked(scope)
  if ((await journal.recorded(call.path)) !== null) return handoff.target
  const agent = await handoff.proceed()
  scope.trace.handedOver(scope.agentName, handoff.targetName)
  if (journal.latch.isHard) journal.latch.throwIfSet()
  await journal.record(
    {
      path: call.path,
      kind: 'handoff',
      agentName: scope.agentName,
      name: handoff.toolName,
      callId: call.callId,
      arguments: call.arguments,
      effectiveArguments: call.arguments,
      // What the model is given for it (`getTransferMessage` of the SDK).
      result: encodeValue(JSON.stringify({ assistant: handoff.targetName })),
      given: null,
      ...noStepUsage,
    },
    [
      {
        type: 'handoff_occurred',
        payload: {
          path: call.path,
          name: 'handoff_occurred',
          item: {
            type: 'handoff_output_item',
            source_agent: scope.agentName,
            target_agent: handoff.targetName,
          },
        },
      },
      {
        type: 'agent_updated',
        payload: { path: call.path, agent: { name: handoff.targetName, class: 'Agent' } },
      },
    ],
  )
  return agent
}
