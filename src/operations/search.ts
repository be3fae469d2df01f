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

/** What is wanted is often near: most pages are full before so many runs were looked at. */
const lookedAtFirst = 200

async function answerOf(executor: Executor, search: Search, limit: number): Promise<Answer> {
  const { values } = search
  if (values.from >= values.before) return { ids: [], completeTo: '' }
  if (isSure(search)) return boundedAnswer(executor, search, limit, null)
  const near = await boundOf(executor, search, lookedAtFirst)
  const answer = await boundedAnswer(executor, search, limit, near)
  if (near === null || answer.ids.length === limit) return answer
  const far = await boundOf(executor, search, mostLookedAt)
  return boundedAnswer(executor, search, limit, far)
}

/** Down to the bound; null for all there is. */
async function boundedAnswer(
  executor: Executor,
  search: Search,
  limit: number,
  bound: string | null,
): Promise<Answer> {
  const from = bound ?? search.values.from
  const ids = await searchRuns(executor, { ...search, values: { ...search.values, from } }, limit)
  const last = ids.at(-1)
  const isFull = ids.length === limit && last !== undefined
  return { ids, completeTo: isFull ? last : (bound ?? '') }
}
