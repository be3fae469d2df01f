import { deleteRuns } from '../store/delete-runs.ts'
import type { Executor } from '../store/database.ts'
import type { DueRun } from '../store/due-runs.ts'
import { remainingEvents, remainingSteps } from '../store/prune-runs.ts'
import type { Batch } from './stage.ts'

/** How many runs are looked at for a batch: the least that belongs to one is its row, its input and its last event. */
export function runsLookedAt(batchSize: number): number {
  return Math.ceil(batchSize / 8)
}

/**
 * Deletes some of these runs whole. One with more rows than a batch may have first loses its events, then its steps, in
 * several batches; what is left of it then goes as that of any other. Meanwhile it is a run whose log was pruned.
 */
export async function removeRuns(
  executor: Executor,
  due: DueRun[],
  batchSize: number,
): Promise<Batch | null> {
  const [first] = due
  if (first === undefined) return null
  if (rowsOf(first) > batchSize) {
    const { id } = first
    if (first.events > 1) return pruneLarge(executor, 'events', id, batchSize)
    if (first.steps > 0) return pruneLarge(executor, 'steps', id, batchSize)
  }
  const ids = whole(due, rowsOf, batchSize)
  return { deleted: await deleteRuns(executor, { ids }), done: ids.length }
}

const remaining = { events: remainingEvents, steps: remainingSteps }

/** A part of what remains of one run, which stays. */
export async function pruneLarge(
  executor: Executor,
  what: 'events' | 'steps',
  id: string,
  limit: number,
): Promise<Batch & { isGone: boolean }> {
  const remains = remaining[what]
  await remains.hide(executor, { ids: [id] })
  const deleted = await remains.deleteSomeHidden(executor, { id, limit })
  const isGone = deleted < limit
  if (isGone) await remains.noteGone(executor, { ids: [id] })
  return { deleted: { [what]: deleted }, done: 0, isGone }
}

/** All that remains of runs, which stay. */
export async function pruneWhole(
  executor: Executor,
  what: 'events' | 'steps',
  ids: string[],
): Promise<Batch> {
  const remains = remaining[what]
  await remains.hide(executor, { ids })
  const deleted = await remains.deleteHidden(executor, { ids })
  await remains.noteGone(executor, { ids })
  return { deleted: { [what]: deleted }, done: ids.length }
}

/** As many as have no more rows together than a batch may have; the first in any case. */
export function whole<T extends { id: string }>(
  due: T[],
  sizeOf: (one: T) => number,
  batchSize: number,
): string[] {
  let rows = 0
  const many = due.findIndex((one) => (rows += sizeOf(one)) > batchSize)
  return due.slice(0, many === -1 ? due.length : Math.max(1, many)).map(({ id }) => id)
}

const ownRows = 2

function rowsOf({ events, steps }: DueRun): number {
  return events + steps + ownRows
}
