import type { Database, Executor } from '../store/database.ts'
import { takeRunsOfSessions } from '../store/due-runs.ts'
import {
  countOldSessions,
  deleteSessions,
  deleteSomeItems,
  takeHidden,
  hideSession,
  oldSessions,
  takeRunless,
  type OldSession,
} from '../store/due-sessions.ts'
import { removeRuns, runsLookedAt, whole } from './remove-runs.ts'
import { repeat, type Batch, type Stage } from './stage.ts'

interface Which {
  before: number
  requireEmpty: boolean
  batchSize: number
}

const pageSize = 500

/** Sessions at rest, and with them their runs and items unless only empty ones go. */
export function unusedSessions(which: Which): Stage {
  const { before, requireEmpty } = which
  return {
    name: 'sessions',
    count: async (database) =>
      database.read(async (executor) => countOldSessions(executor, { before })),
    async *batches(database) {
      let after = { updatedAt: -1, id: '' }
      for (;;) {
        const page = await pageAfter(database, before, after)
        const last = page.at(-1)
        if (last === undefined) return
        after = last
        const goes = ({ hasItems, hasRuns, isBusy }: OldSession) =>
          !isBusy && !(requireEmpty && (hasItems || hasRuns))
        const due = page.filter(goes)
        yield* remove(database, due, which)
        yield { deleted: {}, done: page.length }
      }
    },
  }
}

/** What a cleanup that was interrupted has taken from its owner and not deleted. */
export function leftoverSessions({ batchSize }: Pick<Which, 'batchSize'>): Stage {
  return {
    name: 'sessions',
    count: async () => 0,
    batches: (database) =>
      repeat(database, async (executor) => {
        const id = await takeHidden(executor)
        return id === null ? null : removeHidden(executor, id, batchSize)
      }),
  }
}

async function pageAfter(
  database: Database,
  before: number,
  after: { updatedAt: number; id: string },
): Promise<OldSession[]> {
  return database.read(async (executor) =>
    oldSessions(executor, { before, after, limit: pageSize }),
  )
}

/** Runs first, each at once; then the session with its items, at once: what is seen in between is a conversation. */
async function* remove(
  database: Database,
  due: OldSession[],
  { before, requireEmpty, batchSize }: Which,
): AsyncGenerator<Batch> {
  const ids = due.map(({ id }) => id)
  const limit = runsLookedAt(batchSize)
  if (due.some(({ hasRuns }) => hasRuns)) {
    const query = { ids, before, limit, most: batchSize + 1 }
    yield* repeat(database, async (executor) => {
      const batch = await removeRuns(executor, await takeRunsOfSessions(executor, query), batchSize)
      return batch === null ? null : { ...batch, done: 0 }
    })
  }
  const atOnce = requireEmpty ? batchSize : limit
  for (let start = 0; start < ids.length; start += atOnce) {
    const query = { ids: ids.slice(start, start + atOnce), before, most: batchSize + 1 }
    yield* repeat(database, async (executor) => removeRunless(executor, query, batchSize))
  }
}

async function removeRunless(
  executor: Executor,
  query: { ids: string[]; before: number; most: number },
  batchSize: number,
): Promise<Batch | null> {
  const free = await takeRunless(executor, query)
  if (free.length === 0) return null
  const large = free.find(({ items }) => items > batchSize)
  if (large !== undefined) {
    // Deleted as those that an interrupted cleanup left behind.
    await hideSession(executor, large)
    return { deleted: {}, done: 0 }
  }
  const ids = whole(free, ({ items }) => items + 1, batchSize)
  return { deleted: await deleteSessions(executor, { ids }), done: 0 }
}

async function removeHidden(executor: Executor, id: string, batchSize: number): Promise<Batch> {
  const items = await deleteSomeItems(executor, { id, limit: batchSize })
  if (items === batchSize) return { deleted: { items }, done: 0 }
  const { sessions } = await deleteSessions(executor, { ids: [id] })
  return { deleted: { items, sessions }, done: 0 }
}
