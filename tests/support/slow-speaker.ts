import { Agent, Usage, type Model, type ModelRequest } from '@openai/agents'
import { assistantMessage } from '@openai/agents/testing'
import { expect, onTestFinished } from 'vitest'
import { deferred } from './instance.ts'

/** An agent that streams these words and is held before the last one until it is let go. */
export function slowSpeaker(words: string[]) {
  const gate = deferred()
  let calls = 0
  onTestFinished(() => gate.resolve())
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
  const output = [assistantMessage(words.join(''))]
  const pause = async (signal: AbortSignal | undefined) => {
    const aborted = deferred<never>()
    signal?.addEventListener('abort', () => aborted.reject(signal.reason), { once: true })
    await Promise.race([gate.promise, aborted.promise])
  }
  const model: Model = {
    async getResponse({ signal }: ModelRequest) {
      calls += 1
      await pause(signal)
      return { output, usage: new Usage(usage), responseId: 'r' }
    },
    async *getStreamedResponse({ signal }: ModelRequest) {
      calls += 1
      yield { type: 'response_started' as const }
      for (const [index, delta] of words.entries()) {
        if (index === words.length - 1) await pause(signal)
        yield { type: 'output_text_delta' as const, delta }
      }
      yield { type: 'response_done' as const, response: { id: 'r', output, usage } }
    },
  }
  return {
    factory: () => new Agent({ name: 'Speaker', model }),
    releaseAll: () => gate.resolve(),
    /** Resolves when the model was called so many times. */
    started: async (count: number) =>
      expect.poll(() => calls, { interval: 5 }).toBeGreaterThanOrEqual(count),
  }
}
