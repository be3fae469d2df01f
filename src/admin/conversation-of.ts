import type { ConversationView } from '../core/options.ts'
import { isFinished, type Run } from '../core/run.ts'
import type { Session, SessionItem } from '../core/session.ts'
import { shortenedItem } from './shortened.ts'

interface Found {
  session: Session
  items: SessionItem[]
  /** Newest first. */
  runs: Run[]
}

/** What the conversation fragment shows of a session, long texts shortened; what waits for a decision is among the runs beside it. */
export function conversationOf(
  { session, items, runs }: Found,
  basePath: string,
): ConversationView {
  const unfinished = runs.filter((run) => !isFinished(run)).toReversed()
  const [newest] = runs
  const failure =
    unfinished.length === 0 && newest?.status === 'failed'
      ? { runId: newest.id, input: newest.input, error: newest.error }
      : null
  return {
    sessionKey: session.key,
    basePath,
    items: items.map(shortenedItem),
    pendingInputs: unfinished.map(({ id: runId, input }) => ({ runId, input })),
    approvals: [],
    failure,
  }
}
