import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import {
  Usage,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents'
import { attemptHere } from './attempt-here.ts'
import { labelOf, usageOfAnswer, type Answer, type Question } from './answers.ts'

type Line = { delta: string } | { answer: Answer }

/** Asks a `CountingEndpoint`, in a request that is aborted when the run is. */
export class EndpointModel implements Model {
  readonly #url: string
  readonly #onAbort: (label: string) => void

  constructor(url: string, onAbort: (label: string) => void = () => {}) {
    this.#url = url
    this.#onAbort = onAbort
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    for await (const line of this.#ask(request)) {
      if (!('answer' in line)) continue
      const { output, responseId } = line.answer
      return { usage: new Usage({ requests: 1, ...usageOfAnswer() }), output, responseId }
    }
    throw cutOff()
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    yield { type: 'response_started' }
    for await (const line of this.#ask(request)) {
      if ('delta' in line) {
        yield { type: 'output_text_delta', delta: line.delta }
        continue
      }
      const { output, responseId: id } = line.answer
      yield { type: 'response_done', response: { id, usage: usageOfAnswer(), output } }
      return
    }
    throw cutOff()
  }

  async *#ask({ systemInstructions, input, signal }: ModelRequest): AsyncIterable<Line> {
    const question = { systemInstructions, input }
    const onAbort = () => this.#onAbort(labelOf(question).label)
    signal?.addEventListener('abort', onAbort)
    try {
      yield* this.#lines(question, signal)
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async *#lines(question: Question, signal: AbortSignal | undefined): AsyncIterable<Line> {
    const response = await fetch(this.#url, {
      method: 'POST',
      body: JSON.stringify({ question, attempt: attemptHere(), pid: process.pid }),
      ...(signal && { signal }),
    })
    if (response.body === null) throw cutOff()
    const stream = Readable.fromWeb(response.body as ReadableStream)
    // The reader of lines does not pass an error on.
    const failed = new Promise<never>((_resolve, reject) => stream.once('error', reject))
    failed.catch(() => {})
    const lines = createInterface({ input: stream })[Symbol.asyncIterator]()
    for (;;) {
      const next = await Promise.race([lines.next(), failed])
      if (next.done === true) return
      yield JSON.parse(next.value) as Line
    }
  }
}

function cutOff(): Error {
  return new Error('The answer of the model ended before it was whole.')
}
