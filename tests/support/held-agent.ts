import { Agent, type ModelRequest } from '@openai/agents'
import { expect, onTestFinished } from 'vitest'
import { deferred } from './instance.ts'
import { TurnModel } from './turn-model.ts'

/**
 * An agent whose model says `done` only when it is told to. What it was asked is what the user said last, and
 * `asked` has that in the order of the calls.
 */
export class HeldAgent {
  readonly asked: string[] = []
  readonly #gates = new Map<string, PromiseWithResolvers<void>>()
  #isOpen = false

  constructor() {
    onTestFinished(() => this.releaseAll())
  }

  readonly factory = () =>
    new Agent({ name: 'Held', model: new TurnModel(async (request) => this.#answer(request)) })

  /** Resolves when the model was asked this. */
  async reached(text: string): Promise<void> {
    await expect.poll(() => this.asked, { interval: 5 }).toContain(text)
  }

  release(text: string): void {
    this.#gate(text).resolve()
  }

  /** From now on nobody is held. */
  releaseAll(): void {
    this.#isOpen = true
    for (const gate of this.#gates.values()) gate.resolve()
  }

  async #answer(request: ModelRequest): Promise<string> {
    const text = lastText(request)
    this.asked.push(text)
    const { signal } = request
    const aborted = deferred<never>()
    signal?.addEventListener('abort', () => aborted.reject(signal.reason), { once: true })
    if (!this.#isOpen) await Promise.race([this.#gate(text).promise, aborted.promise])
    return 'done'
  }

  #gate(text: string) {
    const gate = this.#gates.get(text) ?? Promise.withResolvers<void>()
    this.#gates.set(text, gate)
    return gate
  }
}

export function lastText({ input }: ModelRequest): string {
  if (typeof input === 'string') return input
  const last = input.findLast((item) => 'role' in item && item.role === 'user')
  return last !== undefined && 'content' in last && typeof last.content === 'string'
    ? last.content
    : ''
}
