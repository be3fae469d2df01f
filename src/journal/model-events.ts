import type { EventType, NewEvent } from '../core/event.ts'
import type { JsonValue } from '../core/run.ts'
import type { SessionItem } from '../core/session.ts'

interface OutputFacts {
  path: string
  agent: string
  /** Names that hand over to another agent. */
  handoffs: ReadonlySet<string>
}

/** The events of a model response: one for each of its output items, in their order. */
export function outputEvents(output: SessionItem[], facts: OutputFacts): NewEvent[] {
  let calls = 0
  return output.map((item) => {
    const isCall = item['type'] === 'function_call'
    const path = isCall ? `${facts.path}/t${calls++}` : facts.path
    return outputEvent(item, { ...facts, path })
  })
}

function outputEvent(item: SessionItem, facts: OutputFacts): NewEvent {
  const [type, itemType] = namesOf(item, facts)
  const shown: { [key: string]: JsonValue } = {
    path: facts.path,
    agent: facts.agent,
    name: type,
    item: { type: itemType, raw_item: item, agent: facts.agent },
  }
  if (type === 'message_output_created') shown['text'] = messageText(item)
  if (item['type'] === 'function_call') {
    shown['tool_name'] = item['name'] ?? null
    shown['call_id'] = item['callId'] ?? null
    shown['arguments'] = item['arguments'] ?? null
  }
  return { type, payload: shown }
}

function namesOf(item: SessionItem, facts: OutputFacts): [EventType, string] {
  switch (item['type']) {
    case undefined:
    case 'message':
      return ['message_output_created', 'message_output_item']
    case 'reasoning':
      return ['reasoning_item_created', 'reasoning_item']
    case 'function_call':
      return facts.handoffs.has(String(item['name']))
        ? ['handoff_requested', 'handoff_call_item']
        : ['tool_called', 'tool_call_item']
    case 'hosted_tool_call':
      return ['tool_called', 'tool_call_item']
    default:
      return ['model_response', String(item['type'])]
  }
}

/** The text of a message item; refusals count as text. */
export function messageText(item: SessionItem): string {
  const content = item['content']
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return ''
      return String(part['text'] ?? part['refusal'] ?? '')
    })
    .join('')
}
