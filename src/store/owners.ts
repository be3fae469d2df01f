import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { deleteRuns } from './delete-runs.ts'
import { deleteSomeItems, takeHidden } from './due-sessions.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

interface OfOwner {
  owner: string
}

/** Whether a run of the owner has not ended. */
export async function hasUnfinishedRuns(executor: Executor, query: OfOwner): Promise<boolean> {
  return (await unfinished(executor, query)).length > 0
}

const unfinished = statement<OfOwner, { id: string }>(
  (_db, v) => sql`
    select id from ${t.run} where owner = ${v.owner}
      and status in ('pending', 'running', 'awaiting_approval') limit 1`,
)

/** Deletes some runs of an owner with all that is theirs; answers how many. */
export async function deleteSomeRuns(
  executor: Executor,
  query: OfOwner & { limit: number },
): Promise<number> {
  const ids = (await someRuns(executor, query)).map((row) => row.id)
  if (ids.length > 0) await deleteRuns(executor, { ids })
  return ids.length
}

const someRuns = statement<OfOwner & { limit: number }, { id: string }>(
  (_db, v) => sql`select id from ${t.run} where owner = ${v.owner} order by id limit ${v.limit}`,
)

export async function countRuns(executor: Executor, query: OfOwner): Promise<number> {
  return Number((await count(executor, query))[0]?.many ?? 0)
}

const count = statement<OfOwner, { many: number }>(
  (_db, v) => sql`select count(*) as many from ${t.run} where owner = ${v.owner}`,
)

/** Deletes a session of the owner with some of its items, or the session when it has none; false when there is none. */
export async function deleteSomeOfASession(
  executor: Executor,
  query: OfOwner & { limit: number },
): Promise<boolean> {
  const [session] = await oneSession(executor, query)
  if (session === undefined) return false
  return deleteSomeOf(executor, { id: session.id, limit: query.limit })
}

/** As `deleteSomeOfASession`, of one that a cleanup has taken from its owner and not deleted yet, whoever that was. */
export async function deleteSomeOfAHidden(
  executor: Executor,
  { limit }: { limit: number },
): Promise<boolean> {
  const id = await takeHidden(executor)
  return id !== null && deleteSomeOf(executor, { id, limit })
}

async function deleteSomeOf(
  executor: Executor,
  { id, limit }: { id: string; limit: number },
): Promise<true> {
  const removed = await deleteSomeItems(executor, { id, limit })
  if (removed < limit) await noSession(executor, { id })
  return true
}

const oneSession = statement<OfOwner, { id: string }>(
  (_db, v) => sql`select id from ${t.session} where owner = ${v.owner} limit 1`,
)
const noSession = statement<{ id: string }, never>(
  (_db, v) => sql`delete from ${t.session} where id = ${v.id}`,
)

/** What else is kept of an owner. */
export async function deleteAllowance(executor: Executor, query: OfOwner): Promise<void> {
  await allowance(executor, query)
}

const allowance = statement<OfOwner, never>(
  (_db, v) => sql`delete from ${t.rate} where owner = ${v.owner}`,
)
