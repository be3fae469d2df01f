import { assistantMessage, modelStream, type ScriptedModelInput } from '@openai/agents/testing'

/** A model that says its words when told to. */
export function speaking(): { step: ScriptedModelInput; say(words: string): void; end(): void } {
  const words: string[] = []
  let isOver = false
  let changed = Promise.withResolvers<void>()
  const wake = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  async function* events() {
    for (let said = 0; ; said += 1) {
      while (said === words.length && !isOver) await changed.promise
      const delta = words[said]
      if (delta === undefined) break
      yield { type: 'output_text_delta' as const, delta }
    }
    const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 }
    const response = { id: 'response-1', output: [assistantMessage(words.join(''))], usage }
    yield { type: 'response_done' as const, response }
  }
  return {
    step: modelStream(events()),
    say(more) {
      words.push(more)
      wake()
    },
    end() {
      isOver = true
      wake()
    },
  }
}
