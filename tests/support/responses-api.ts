import type { ServerResponse } from 'node:http'

/** What an endpoint of the Responses API says, as far as the SDK looks at it. */
export interface ApiEvent {
  type: string
  [key: string]: unknown
}

export function sendEvent(response: ServerResponse, event: ApiEvent): void {
  response.write(
    `event: ${event.type}\ndata: ${JSON.stringify({ sequence_number: 0, ...event })}\n\n`,
  )
}

export function textDelta(id: string, delta: string): ApiEvent {
  const place = { item_id: `msg_${id}`, output_index: 0, content_index: 0, logprobs: [] }
  return { type: 'response.output_text.delta', ...place, delta }
}

export function textMessage(id: string, text: string): object {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  return { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content }
}

export function toolCall(id: string, name: string, args: object): object {
  return {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    status: 'completed',
    name,
    arguments: JSON.stringify(args),
  }
}

export function wholeResponse(id: string, status: string, output: object[]) {
  const usage = {
    input_tokens: 10,
    output_tokens: 5,
    total_tokens: 15,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  }
  const facts = { object: 'response', created_at: 1_700_000_000, model: 'ours', error: null }
  const rest = {
    instructions: null,
    tools: [],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    metadata: {},
  }
  return { id, status, output, ...facts, ...rest, ...(status === 'completed' ? { usage } : {}) }
}
