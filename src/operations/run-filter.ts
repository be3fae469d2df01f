import type { AdminRunFilter } from '../core/admin.ts'
import { sessionKeyPattern } from '../core/session.ts'
import type { Executor } from '../store/database.ts'
import {
  hasManyErrors,
  indexedError,
  type Condition,
  type Search,
  type SearchValues,
  type Source,
} from '../store/search-runs.ts'
import { sessionIds } from '../store/admin-sessions.ts'
import { clocksDifferMs, idAt } from '../core/id-times.ts'

/** More sessions with one key are not looked through one by one. */
const mostSessions = 10

/** Errors that are more often are found among the newest failed runs, rarer ones by their text. */
const manyErrors = 200

/** What is to be searched for a filter: any run that one of them finds fits. */
export async function searchesFor(
  executor: Executor,
  filter: AdminRunFilter,
  cursor: string,
): Promise<Search[]> {
  const values = valuesOf(filter, cursor)
  if (filter.text === undefined) return plain(executor, filter, values)
  const text = filter.text
  const found = [
    ...(await byId(executor, filter, values, text)),
    ...(filter.owner === undefined || filter.owner === text
      ? await plain(executor, { ...filter, owner: text }, { ...values, owner: text })
      : []),
    ...(sessionKeyPattern.test(text) && (filter.session === undefined || filter.session === text)
      ? await plain(executor, { ...filter, session: text }, { ...values, session: text })
      : []),
    ...(await byError(executor, filter, values, text)),
  ]
  return found
}

/** All runs there are. */
export const noFilter: SearchValues = valuesOf({}, 'g')

function valuesOf(filter: AdminRunFilter, cursor: string): SearchValues {
  const { status = null, agent = null, owner = null, session = null } = filter
  const { since = null, until = null } = filter
  const upTo = until === null ? cursor : idAt(until + clocksDifferMs)
  return {
    from: since === null ? '' : idAt(since - clocksDifferMs),
    before: upTo < cursor ? upTo : cursor,
    ...{ owner, status, session, sessionId: null, agent, since, until },
    ...{ error: null, errorLength: 0, errorHead: null, errorEnd: null },
  }
}

/** Without `text`: along the index that has the fewest runs besides those wanted. */
async function plain(
  executor: Executor,
  filter: AdminRunFilter,
  values: SearchValues,
): Promise<Search[]> {
  const conditions = conditionsOf(filter)
  if (filter.session !== undefined) {
    const { session: key, owner = null } = filter
    const ids = await sessionIds(executor, { key, owner, limit: mostSessions + 1 })
    if (ids.length <= mostSessions) {
      return ids.map((sessionId) => ({
        source: 'ofSession',
        conditions,
        values: { ...values, sessionId },
      }))
    }
  }
  return [{ source: sourceOf(filter), conditions, values }]
}

function sourceOf({ owner, status, agent }: AdminRunFilter): Source {
  if (owner !== undefined) return status === undefined ? 'ofOwner' : 'ofOwnerInStatus'
  switch (status) {
    case 'pending':
    case 'awaiting_approval':
      return 'waiting'
    case 'failed':
    case 'cancelled':
      return agent === undefined ? 'unsuccessful' : 'unsuccessfulOfAgent'
    case 'running':
      return 'running'
    case 'completed':
    case undefined:
      return 'all'
  }
}

function conditionsOf(filter: AdminRunFilter): Condition[] {
  const names = ['owner', 'status', 'session', 'agent', 'since', 'until'] as const
  return names.filter((name) => filter[name] !== undefined)
}

/** Runs whose ids begin so. */
async function byId(
  executor: Executor,
  filter: AdminRunFilter,
  values: SearchValues,
  text: string,
): Promise<Search[]> {
  if (!/^[0-9a-f][0-9a-f-]{0,35}$/.test(text)) return []
  const end = `${text}g`
  const from = text > values.from ? text : values.from
  const before = end < values.before ? end : values.before
  return plain(executor, filter, { ...values, from, before })
}

async function byError(
  executor: Executor,
  filter: AdminRunFilter,
  values: SearchValues,
  text: string,
): Promise<Search[]> {
  if (filter.status !== undefined && filter.status !== 'failed') return []
  const characters = Array.from(text)
  const errorHead = characters.slice(0, indexedError).join('')
  const wanted = {
    ...values,
    ...{ status: 'failed', error: text, errorLength: characters.length },
    ...{ errorHead, errorEnd: `${errorHead}\u{10FFFF}` },
  }
  const isOften = await hasManyErrors(executor, wanted, manyErrors)
  const failed = { ...filter, status: 'failed' as const }
  const conditions: Condition[] = [...conditionsOf(failed), 'error']
  if (!isOften) return [{ source: 'withError', conditions, values: wanted }]
  return (await plain(executor, failed, wanted)).map((search) => ({
    ...search,
    conditions: [...search.conditions, 'error'],
  }))
}
