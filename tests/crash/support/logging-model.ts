import { setTimeout as delay } from 'node:timers/promises'
import {
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents'
import { answerTo, piecesOf, usageOfAnswer, type Answer } from './answers.ts'
import { attemptHere } from './attempt-here.ts'
import { logEffect } from './effects.ts'

export interface LoggingModelOptions {
  effects: string
  /** Called at named points; may never return. */
  at: (point: string) => void
  /** How long it thinks, and how long it pauses between two pieces of a text. */
  modelMs: () => number
  pieceMs: number
  /** Awaited before it answers. */
  beforeAnswer?: (step: string, signal: AbortSignal | undefined) => Promise<void>
}

/** A model inside the process, which keeps a log of who asked. */
export class LoggingModel implements Model {
  readonly #options: LoggingModelOptions

  constructor(options: LoggingModelOptions) {
    this.#options = options
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const { output, responseId } = await this.#answer(request)
    const usage = new Usage({ requests: 1, ...usageOfAnswer() })
    return { usage, output, responseId }
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    yield { type: 'response_started' }
    const { output, responseId, text, step } = await this.#answer(request)
    for (const [index, delta] of piecesOf(text).entries()) {
      yield { type: 'output_text_delta', delta }
      await delay(this.#options.pieceMs)
      this.#options.at(`deltas:${step}:${index}`)
    }
    yield { type: 'response_done', response: { id: responseId, usage: usageOfAnswer(), output } }
  }

  async #answer(request: ModelRequest): Promise<Answer> {
    const { effects, at, modelMs, beforeAnswer } = this.#options
    const answer = answerTo(request)
    const { label, step, nonce } = answer
    logEffect(effects, { kind: 'model', label, nonce, attempt: attemptHere() })
    at(`model:${step}`)
    const onAbort = () => logEffect(effects, { kind: 'aborted', label })
    request.signal?.addEventListener('abort', onAbort)
    await delay(modelMs())
    await beforeAnswer?.(step, request.signal)
    request.signal?.removeEventListener('abort', onAbort)
    at(`answer:${step}`)
    return answer
  }
}
