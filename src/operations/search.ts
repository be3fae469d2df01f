import type { Executor } from '../store/database.ts'
import { boundOf, isSure, searchRuns, type Search } from '../store/search-runs.ts'

/** How many runs a source is looked through for a page: what it costs is bounded by it, whatever is looked for. */
export const mostLookedAt = 2_000

export interface Found {
  ids: string[]
  /** Where to go on; null at the end. */
  next: string | null
  /** The last run looked at, when a page is not full though there is more. */
  searchedTo: string | null
}

/** What one source answered, and down to which id that is complete: '' when there is nothing more. */
interface Answer {
  ids: string[]
  completeTo: string
}

/**
 * A page of the runs that any of these searches finds, newest first. One that met its bound says nothing about what
 * comes after it, so the page ends there at the latest, and the next one begins there.
 */
export async function searchPage(
  executor: Executor,
  searches: Search[],
  limit: number,
): Promise<Found> {
  const answers = await Promise.all(
    searches.map(async (search) => answerOf(executor, search, limit + 1)),
  )
  const completeTo = answers.reduce(
    (most, one) => (one.completeTo > most ? one.completeTo : most),
    '',
  )
  const all = [...new Set(answers.flatMap(({ ids }) => ids))]
  const ids = all
    .filter((id) => id >= completeTo)
    .sort()
    .reverse()
  const page = ids.slice(0, limit)
  if (ids.length > limit) return { ids: page, next: page.at(-1) ?? null, searchedTo: null }
  if (completeTo === '') return { ids: page, next: null, searchedTo: null }
  const isFull = page.length === limit
  return { ids: page, next: completeTo, searchedTo: isFull ? null : completeTo }
}

async function answerOf(executor: Executor, search: Search, limit: number): Promise<Answer> {
  const { values } = search
  if (values.from >= values.before) return { ids: [], completeTo: '' }
  const bound = isSure(search) ? null : await boundOf(executor, search, mostLookedAt)
  const from = bound ?? values.from
  const ids = await searchRuns(executor, { ...search, values: { ...values, from } }, limit)
  const last = ids.at(-1)
  const isFull = ids.length === limit && last !== undefined
  return { ids, completeTo: isFull ? last : (bound ?? '') }
}
