import { Agent, tool, type Model } from '@openai/agents'
import {
  ScriptedModel,
  assistantMessage,
  functionCall,
  modelResponder,
  modelStream,
  type ScriptedModelInput,
} from '@openai/agents/testing'
import type { AgenticOptions } from 'agentic-node'
import { z } from 'zod'

/** Settings under which a run executes; all attempts share the script, as they would share a real model. */
export function scripted(...script: ScriptedModelInput[]): Partial<AgenticOptions> {
  const model = toModel(script)
  return {
    concurrency: 4,
    agents: {
      desk: () => new Agent({ name: 'Desk', model, tools: [find, refund] }),
    },
  }
}

export const says = (text: string): ScriptedModelInput => [assistantMessage(text)]

export const calls = (name: string, args: Record<string, unknown>): ScriptedModelInput => [
  functionCall(name, args, { callId: `call_${name}` }),
]

/** A model that answers when told to. */
export function held(text: string): { step: ScriptedModelInput; release: () => void } {
  const gate = Promise.withResolvers<void>()
  const step = modelResponder(async () => {
    await gate.promise
    return [assistantMessage(text)]
  })
  return { step, release: gate.resolve }
}

/** A model that streams its words at once, and ends its message when told to. */
export function streaming(text: string): { step: ScriptedModelInput; release: () => void } {
  const gate = Promise.withResolvers<void>()
  async function* events() {
    for (const delta of text.split(/(?<= )/)) yield { type: 'output_text_delta' as const, delta }
    await gate.promise
    const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 }
    const response = { id: 'response-1', output: [assistantMessage(text)], usage }
    yield { type: 'response_done' as const, response }
  }
  return { step: modelStream(events()), release: gate.resolve }
}

/** Seen through its interface, as the SDK's own types of the two doors differ. */
function toModel(script: ScriptedModelInput[]): Model {
  return new ScriptedModel(script)
}

const find = tool({
  name: 'find_flight',
  description: 'Finds a flight.',
  parameters: z.object({ to: z.string() }),
  execute: ({ to }) => `AF1 to ${to}`,
})

const refund = tool({
  name: 'refund',
  description: 'Gives money back.',
  parameters: z.object({ amount: z.number() }),
  needsApproval: true,
  execute: ({ amount }) => `refunded ${amount}`,
})
