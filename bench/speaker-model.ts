import { setTimeout as delay } from 'node:timers/promises'
import type { Model, ModelResponse, StreamEvent } from '@openai/agents'
import { Agent } from '@openai/agents'
import { now, shortNow } from './clock.ts'

/** What a speaker is asked: to begin at a moment, and to say so many deltas with a pause between them. */
export interface Speech {
  startsAt: number
  deltas: number
  pauseMs: number
}

/** Each delta says when it was said, so that whoever hears it knows how late it is. */
export class SpeakerModel implements Model {
  async getResponse(): Promise<ModelResponse> {
    throw new Error('the speaker only streams')
  }

  async *getStreamedResponse(request: { input: unknown }): AsyncIterable<StreamEvent> {
    const { startsAt, deltas, pauseMs } = speechOf(request.input)
    yield { type: 'response_started' as const }
    let text = ''
    for (let n = 0; n < deltas; n += 1) {
      const wait = startsAt + n * pauseMs - now()
      if (wait > 0) await delay(wait)
      const delta = `${n}@${shortNow()} `
      text += delta
      yield { type: 'output_text_delta' as const, delta }
    }
    const usage = { inputTokens: 10, outputTokens: deltas, totalTokens: 10 + deltas }
    const content = [{ type: 'output_text' as const, text }]
    const message = { type: 'message' as const, role: 'assistant' as const, content }
    const output = [{ ...message, status: 'completed' as const }]
    yield { type: 'response_done' as const, response: { id: 'r', output, usage } }
  }
}

export function speaker(): Agent {
  return new Agent({ name: 'Speaker', instructions: 'Speak.', model: new SpeakerModel() })
}

function speechOf(input: unknown): Speech {
  const items = Array.isArray(input) ? (input as { content?: unknown }[]) : [{ content: input }]
  return JSON.parse(String(items.at(-1)?.content)) as Speech
}
