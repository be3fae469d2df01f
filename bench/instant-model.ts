import type { Model, ModelRequest, ModelResponse, StreamEvent } from '@openai/agents'
import { Agent, tool, Usage } from '@openai/agents'
import { z } from 'zod'

type StreamedOutput = Extract<StreamEvent, { type: 'response_done' }>['response']['output']

/** Answers at once: first a tool call, then a sentence of twenty deltas. Decides by what it is asked only. */
export class InstantModel implements Model {
  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    return { usage: usage(), output: answer(request), responseId: 'r' }
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    yield { type: 'response_started' as const }
    const output = answer(request)
    const [item] = output
    if (item?.type === 'message') {
      for (const word of words) yield { type: 'output_text_delta' as const, delta: `${word} ` }
    }
    const { inputTokens, outputTokens, totalTokens } = usage()
    const spent = { inputTokens, outputTokens, totalTokens }
    yield {
      type: 'response_done' as const,
      response: { id: 'r', output: output as StreamedOutput, usage: spent },
    }
  }
}

const words =
  'The price of the flight you asked for is one hundred and twenty euros and it leaves at noon'.split(
    ' ',
  )

function usage(): Usage {
  return new Usage({ requests: 1, inputTokens: 100, outputTokens: 20, totalTokens: 120 })
}

function answer(request: ModelRequest): ModelResponse['output'] {
  const last = Array.isArray(request.input) ? request.input.at(-1) : undefined
  if (last?.type === 'function_call_result') {
    const text = `${words.join(' ')} `
    return [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text }],
      },
    ]
  }
  const callId = `call_${Math.random().toString(36).slice(2)}`
  return [
    {
      type: 'function_call',
      callId,
      name: 'price',
      arguments: '{"flight":"AB123"}',
      status: 'completed',
    },
  ]
}

/** An agent with one tool, as a web app would build it for each run. */
export function priceAgent(model: Model): Agent {
  return new Agent({
    name: 'Prices',
    instructions: 'Answer questions about prices.',
    model,
    tools: [priceTool()],
  })
}

function priceTool() {
  return tool({
    name: 'price',
    description: 'The price of a flight.',
    parameters: z.object({ flight: z.string() }),
    execute: async ({ flight }) => `${flight} costs 120 euros`,
  })
}

/** One model for all runs of a process, as an app has one client. */
export function instantPrices(): Agent {
  return priceAgent(new InstantModel())
}
