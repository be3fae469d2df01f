import type { NewEvent } from '../core/event.ts'
import type { Call } from './scope.ts'
import { toText } from './values.ts'

/** The event of a tool's output: emitted when that tool is done, not when its batch is. */
export function toolOutputEvent(
  call: Call,
  agent: string,
  output: unknown,
  type: 'tool_output' | 'tool_output_late' = 'tool_output',
): NewEvent {
  return {
    type,
    payload: {
      path: call.path,
      agent,
      name: type,
      tool_name: call.name,
      call_id: call.callId,
      output: toText(output),
      item: { type: 'tool_call_output_item', agent },
    },
  }
}
