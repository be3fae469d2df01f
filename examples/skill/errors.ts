import { isAgenticError } from 'agentic-node'
import { agentic } from './quickstart.ts'

/** By its code, never by its message or with `instanceof`. */
export async function ask(owner: string, input: string, idempotencyKey: string) {
  try {
    return await agentic.runs.submit({ owner, session: 'chat-1', input, idempotencyKey })
  } catch (error) {
    if (isAgenticError(error) && error.code === 'too_many_pending') return null
    throw error
  }
}
