import type { NewEvent } from '../core/event.ts'
import { editedArguments } from './effective-arguments.ts'
import type { Call, RunScope } from './scope.ts'
import { toText } from './values.ts'

/** The event of a tool's output: emitted when that tool is done, not when its batch is. */
export function toolOutputEvent(
  scope: RunScope,
  call: Call,
  output: unknown,
  type: 'tool_output' | 'tool_output_late' = 'tool_output',
): NewEvent {
  const agent = scope.agentName
  const edited = editedArguments(scope, call)
  return {
    type,
    payload: {
      path: call.path,
      agent,
      name: type,
      tool_name: call.name,
      call_id: call.callId,
      output: toText(output),
      // With `tool_called` a reader has what the model asked for.
      ...(edited !== null && { edited_arguments: edited }),
      item: { type: 'tool_call_output_item', agent },
    },
  }
}
