import type { AdminApi } from '../core/admin.ts'
import type { Page } from '../core/api.ts'
import { AgenticError } from '../core/errors.ts'
import type { Session } from '../core/session.ts'
import { pageOfSessions, sessionCursor } from '../sessions/sessions.ts'
import { runsById } from '../store/admin-runs.ts'
import { loadSession, namedSessions, recentSessions } from '../store/admin-sessions.ts'
import type { Executor } from '../store/database.ts'
import { readItems } from '../store/items.ts'
import { listSessions } from '../store/sessions.ts'
import { searchPage } from './search.ts'
import { noFilter } from './run-filter.ts'

/** Of those whose keys or ids begin so, this many are put in the order of their use. */
const mostNamed = 300

interface SessionsQuery {
  owner: string | null
  text: string | null
  limit: number
  cursor: string | undefined
}

export async function sessionsPage(
  executor: Executor,
  { owner, text, limit, cursor }: SessionsQuery,
): Promise<Page<Session>> {
  const before = sessionCursor(cursor) ?? { updatedAt: Number.MAX_SAFE_INTEGER, id: '' }
  const size = limit + 1
  const found =
    text !== null
      ? await namedSessions(executor, {
          ...{ text, end: `${text}\u{10FFFF}`, owner },
          ...{ ...before, most: mostNamed, limit: size },
        })
      : owner === null
        ? await recentSessions(executor, { ...before, limit: size })
        : await listSessions(executor, { owner, before, limit: size })
  return pageOfSessions(found, limit)
}

const most = { items: 200, runs: 50 }

/** A conversation with its newest items and runs. */
export async function inspectSession(
  executor: Executor,
  { id }: { id: string },
): ReturnType<AdminApi['sessions']['get']> {
  const found = await loadSession(executor, { id })
  if (found === null) {
    throw new AgenticError('not_found', `There is no session ${JSON.stringify(id)}.`)
  }
  const items = await readItems(executor, {
    sessionId: id,
    upTo: found.lastPosition,
    limit: most.items,
  })
  const values = { ...noFilter, sessionId: id }
  const search = { source: 'ofSession' as const, conditions: [], values }
  const runs = await searchPage(executor, [search], most.runs)
  return {
    session: found.session,
    items: items.map(({ item }) => item),
    runs: await runsById(executor, runs),
  }
}
