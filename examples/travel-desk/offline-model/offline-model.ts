import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents'
import { announce, answer } from './answers.ts'
import { readConversation } from './conversation.ts'
import { readDialogue } from './dialogue.ts'
import { planCalls, type Call } from './plan.ts'

export interface OfflineModelOptions {
  /** About how long one answer takes. */
  delayMs: number
}

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output']

/**
 * A model without a network: it reads the instructions, the items and the tools of each request, and
 * nothing else. It keeps no state, so it does not matter which process asks it, or how often.
 */
export class OfflineModel implements Model {
  readonly #delayMs: number

  constructor({ delayMs }: OfflineModelOptions) {
    this.#delayMs = delayMs
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const { text, calls } = think(request)
    await pause(this.#delayMs, request.signal)
    const output = toOutput(text, calls)
    return { output, usage: new Usage(usageOf(request, output)), responseId: newId('resp') }
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    const { text, calls } = think(request)
    yield { type: 'response_started' }
    const pieces = text.match(/\s*\S+/g) ?? []
    const steps = pieces.length + 1
    for (const piece of pieces) {
      await pause(this.#delayMs / steps, request.signal)
      yield { type: 'output_text_delta', delta: piece }
    }
    await pause(this.#delayMs / steps, request.signal)
    const output = toOutput(text, calls)
    const usage = usageOf(request, output)
    yield { type: 'response_done', response: { id: newId('resp'), output, usage } }
  }
}

/** What to say and what to call, from what the request holds. */
export function think(request: ModelRequest): { text: string; calls: Call[] } {
  const conversation = readConversation(request)
  const turn = conversation.turns.at(-1) ?? { text: '', uses: [] }
  const wishes = readDialogue(conversation)
  const calls = planCalls(wishes, turn).filter((call) => conversation.tools.has(call.name))
  if (calls.length === 0) return { text: answer(wishes, turn), calls }
  return { text: turn.uses.length === 0 ? announce(wishes) : '', calls }
}

function toOutput(text: string, calls: Call[]): Output {
  const message: Output = text
    ? [
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text }],
        },
      ]
    : []
  const called: Output = calls.map(({ name, args }) => ({
    type: 'function_call',
    callId: newId('call'),
    name,
    arguments: JSON.stringify(args),
    status: 'completed',
  }))
  return [...message, ...called]
}

/** About four letters to a token. */
function usageOf(request: ModelRequest, output: Output) {
  const asked = [request.systemInstructions, request.input, request.tools]
  const inputTokens = Math.ceil(JSON.stringify(asked).length / 4)
  const outputTokens = Math.ceil(JSON.stringify(output).length / 4)
  return { requests: 1, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
}

function newId(kind: string): string {
  return `${kind}_${randomUUID().replaceAll('-', '')}`
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  if (ms > 0) await delay(ms, undefined, { signal })
}
