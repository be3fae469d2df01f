import type { AgentInputItem, Session as SdkSession } from '@openai/agents'
import type { SessionsApi } from '../core/api.ts'
import { isAgenticError } from '../core/errors.ts'
import type { SessionItem } from '../core/session.ts'

/**
 * The SDK's `Session` on our tables, for apps that call `run()` themselves. Durable runs do not use it: their items
 * are written with their end, in one transaction.
 *
 * @example
 * const session = new DatabaseSession(agentic, { owner: 'u1', session: 'chat-1' })
 * await run(agent, 'Hello', { session })
 */
export class DatabaseSession implements SdkSession {
  readonly #sessions: SessionsApi
  readonly #query: { owner: string; key: string }

  constructor(agentic: { sessions: SessionsApi }, options: { owner: string; session: string }) {
    this.#sessions = agentic.sessions
    this.#query = { owner: options.owner, key: options.session }
  }

  async getSessionId(): Promise<string> {
    return this.#query.key
  }

  async getItems(limit?: number): Promise<AgentInputItem[]> {
    if (limit !== undefined && limit <= 0) return []
    const items = await orElse([], this.#sessions.items({ ...this.#query, limit: limit ?? null }))
    return items as unknown as AgentInputItem[]
  }

  async addItems(items: AgentInputItem[]): Promise<void> {
    await this.#sessions.add({ ...this.#query, items: items as unknown as SessionItem[] })
  }

  async popItem(): Promise<AgentInputItem | undefined> {
    const item = await orElse(null, this.#sessions.pop(this.#query))
    return (item ?? undefined) as AgentInputItem | undefined
  }

  async clearSession(): Promise<void> {
    await orElse(undefined, this.#sessions.clear(this.#query))
  }
}

/** The SDK asks before anything was added: a session that does not exist yet is an empty one. */
async function orElse<T>(missing: T, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (isAgenticError(error) && error.code === 'not_found') return missing
    throw error
  }
}
