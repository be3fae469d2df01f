import { SpanKind, type Attributes, type Context } from '@opentelemetry/api'
import type { AttemptTrace } from './attempt-trace.ts'
import { startCall, type CallTrace } from './call-trace.ts'
import { plain } from './content.ts'

export interface ToolFacts {
  name: string
  callId: string
  arguments: string
  agentName: string
}

/** A call of a tool, as the GenAI conventions have it. */
export function startToolCall(
  attempt: AttemptTrace,
  parent: Context,
  { name, callId, agentName, arguments: given }: ToolFacts,
): CallTrace<unknown> {
  const { payloads, meters } = attempt
  const measured: Attributes = {
    'gen_ai.tool.name': name,
    'gen_ai.tool.type': 'function',
    'gen_ai.agent.name': agentName,
  }
  return startCall(attempt, parent, {
    name: `execute_tool ${name}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.call.id': callId,
      ...measured,
      ...(payloads && { 'gen_ai.tool.call.arguments': plain(given) }),
    },
    told: (output) => (payloads ? { 'gen_ai.tool.call.result': plain(output) } : {}),
    measured: (seconds, error) =>
      meters.get().toolDuration.record(seconds, { ...measured, ...error }),
  })
}
