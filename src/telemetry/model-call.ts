import { SpanKind, type Attributes, type Context } from '@opentelemetry/api'
import type { AttemptTrace } from './attempt-trace.ts'
import { startCall, type CallTrace } from './call-trace.ts'
import { inputMessages, instructions, outputMessages } from './content.ts'

export interface ModelFacts {
  model: string
  provider: string
  isStreamed: boolean
  agentName: string
  request: { systemInstructions?: string | undefined; input: unknown }
}

/** What a model answered. */
export interface Answered {
  usage: { inputTokens?: number; outputTokens?: number }
  output: unknown[]
  responseId?: string | undefined
}

/** A call of a model, as the GenAI conventions have it; the caller says how it ended. */
export function startModelCall(
  attempt: AttemptTrace,
  parent: Context,
  { model, provider, isStreamed, agentName, request }: ModelFacts,
): CallTrace<Answered> {
  const { payloads, meters } = attempt
  const measured: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
  }
  return startCall(attempt, parent, {
    name: `chat ${model}`,
    kind: SpanKind.CLIENT,
    attributes: {
      ...measured,
      'gen_ai.request.stream': isStreamed,
      'gen_ai.agent.name': agentName,
      ...(payloads && asked(request)),
    },
    told: ({ usage, output, responseId }) => {
      const { inputTokens = 0, outputTokens = 0 } = usage
      attempt.used(provider, inputTokens, outputTokens)
      const { tokens } = meters.get()
      tokens.record(inputTokens, { ...measured, 'gen_ai.token.type': 'input' })
      tokens.record(outputTokens, { ...measured, 'gen_ai.token.type': 'output' })
      return {
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
        ...(responseId !== undefined && { 'gen_ai.response.id': responseId }),
        ...(payloads && { 'gen_ai.output.messages': outputMessages(output) }),
      }
    },
    measured: (seconds, error) =>
      meters.get().modelDuration.record(seconds, { ...measured, ...error }),
  })
}

function asked({ systemInstructions, input }: ModelFacts['request']): Attributes {
  return {
    'gen_ai.input.messages': inputMessages(input),
    ...(systemInstructions !== undefined && {
      'gen_ai.system_instructions': instructions(systemInstructions),
    }),
  }
}
