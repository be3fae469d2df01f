import { randomUUID } from 'node:crypto'
import type { Agentic } from 'agentic-node'
import type { Booking } from './bookings.ts'

/** Everything the chat page shows. */
export interface ChatView {
  assetUrl: Agentic['assetUrl']
  user: string
  sessionKey: string
  /** Sent along with the form, so that a form sent twice starts one run. */
  idempotencyKey: string
  /** Fragments of HTML, rendered by the library. */
  conversation: string
  runs: string[]
  /** Whether a run is under way; a page without JavaScript then loads itself again. */
  isBusy: boolean
  bookings: Booking[]
  isOffline: boolean
  modelName: string
}

type FromLibrary = Pick<ChatView, 'conversation' | 'runs' | 'isBusy'>

/** The conversation and the runs that have not ended, or else the latest one. */
export async function readConversation(
  agentic: Agentic,
  owner: string,
  key: string,
): Promise<FromLibrary> {
  const { data } = await agentic.runs.list({ owner, session: key, limit: 20 })
  const open = data.filter(({ status }) => !['completed', 'failed', 'cancelled'].includes(status))
  const shown = open.length > 0 ? open.toReversed() : data.slice(0, 1)
  const [conversation, ...runs] = await Promise.all([
    agentic.renderConversation({ owner, key }),
    ...shown.map(({ id }) => agentic.renderRun({ owner, id })),
  ])
  return { conversation, runs, isBusy: open.length > 0 }
}

export function newIdempotencyKey(): string {
  return randomUUID()
}
