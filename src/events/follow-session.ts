import { setTimeout as delay } from 'node:timers/promises'
import type { SessionsApi } from '../core/api.ts'
import { AgenticError } from '../core/errors.ts'
import type { RunEvent } from '../core/event.ts'
import type { Executor } from '../store/database.ts'
import { prunedOf, readSessionEvents } from '../store/events.ts'
import { findSession } from '../store/sessions.ts'
import { eventsPruned, type Following } from './follow.ts'
import { Signal } from './signal.ts'

export interface SessionEventQuery {
  owner: string
  key: string
  after?: string | undefined
  limit?: number | undefined
}

/** The log of a session: all its runs' events in one row. */
export function sessionLog(following: Following): Pick<SessionsApi, 'events' | 'follow'> {
  return {
    events: async (query) => sessionEvents(following, query),
    follow: (query) => followSession(following, query),
  }
}

/** Events of a session's runs after a cursor `<run id>:<sequence>`. */
async function sessionEvents(following: Following, query: SessionEventQuery): Promise<RunEvent[]> {
  const { owner, key, limit = 100 } = query
  const cursor = parseCursor(query.after)
  return following.database.read(async (executor) => {
    const found = await findSession(executor, { owner, key })
    if (found === null) {
      throw new AgenticError('not_found', `There is no session ${JSON.stringify(key)} of yours.`)
    }
    const { id: sessionId } = found.session
    const page = await readSessionEvents(executor, { sessionId, owner, ...cursor, limit })
    await assertContinues(executor, owner, cursor, page)
    return page
  })
}

/** Refuses a cursor inside of a run whose events were deleted since. */
async function assertContinues(
  executor: Executor,
  owner: string,
  { runId: id, sequence }: { runId: string; sequence: number },
  [next]: RunEvent[],
): Promise<void> {
  if (sequence === 0 || next?.runId !== id || next.sequence === sequence + 1) return
  const pruned = await prunedOf(executor, { id, owner })
  if (pruned?.isWhole === true && sequence < pruned.sequence) {
    throw eventsPruned(id, pruned.sequence)
  }
}

/** How soon after one look the next may follow: many commits, one query. */
const restMs = 50

async function* followSession(
  following: Following,
  query: Omit<SessionEventQuery, 'limit'> & { signal?: AbortSignal | undefined },
): AsyncGenerator<RunEvent> {
  const { signal } = query
  let { after } = query
  const changed = new Signal()
  const wake = () => changed.set()
  const unsubscribe = following.hub.subscribeAny(wake)
  signal?.addEventListener('abort', wake)
  try {
    while (signal?.aborted !== true) {
      following.hub.assertOpen()
      const page = await sessionEvents(following, { ...query, after, limit: 500 })
      for (const event of page) {
        yield event
        after = `${event.runId}:${event.sequence}`
      }
      if (page.length > 0) continue
      await changed.wait()
      await delay(restMs)
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', wake)
  }
}

function parseCursor(text: string | undefined): { runId: string; sequence: number } {
  if (text === undefined || text === '') return { runId: '', sequence: 0 }
  const [, runId, sequence] = /^([0-9a-f-]{36}):(\d{1,15})$/.exec(text) ?? []
  if (runId === undefined || sequence === undefined) {
    throw new AgenticError(
      'invalid_request',
      `\`after\` is ${JSON.stringify(text.slice(0, 100))}. Accepted is "<run id>:<sequence>" of an event you have seen.`,
    )
  }
  return { runId, sequence: Number(sequence) }
}
