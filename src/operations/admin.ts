import type { AdminApi, AdminRunFilter, AuditEntry } from '../core/admin.ts'
import type { HousekeepingApi } from '../core/housekeeping.ts'
import type { Page } from '../core/api.ts'
import { checkText, describe } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import { clampLimit } from '../core/limits.ts'
import { runStatuses } from '../core/run.ts'
import type { Runtime } from '../runs/runtime.ts'
import { approvalsById } from '../store/admin-approvals.ts'
import { runsById } from '../store/admin-runs.ts'
import { listAudit } from '../store/audit.ts'
import type { Executor } from '../store/database.ts'
import { cancelAny, purge, retryAny } from './actions.ts'
import { approvalsPage, decideAny } from './approvals.ts'
import { momentOf } from '../core/id-times.ts'
import { overview } from './overview.ts'
import { searchesFor } from './run-filter.ts'
import { searchPage } from './search.ts'
import { inspectSession, sessionsPage } from './sessions.ts'
import { runStep, runTimeline } from './timeline.ts'

/** What people in charge may ask and do. Who they are is for its callers to know. */
export function adminApi(
  runtime: Runtime,
  ready: () => Promise<void>,
): Omit<AdminApi, keyof HousekeepingApi> {
  const read = async <T>(question: (executor: Executor) => Promise<T>): Promise<T> => {
    await ready()
    return runtime.database.read(question)
  }
  const act = async <T>(query: { id: string; actor: string }, verb: () => Promise<T>) => {
    checkText('id', query.id)
    checkText('actor', query.actor)
    await ready()
    return verb()
  }
  return {
    runs: {
      async list({ limit, cursor, ...filter } = {}) {
        checkFilter(filter)
        const size = clampLimit(limit, 50, 200)
        const before = checkCursor(cursor, 'g')
        return read(async (executor) => {
          const searches = await searchesFor(executor, filter, before)
          const { ids, next, searchedTo } = await searchPage(executor, searches, size)
          return {
            data: await runsById(executor, { ids }),
            nextCursor: next,
            searchedTo: searchedTo === null ? null : momentOf(searchedTo),
          }
        })
      },
      async some(query) {
        checkIds(query.ids)
        return read(async (executor) => runsById(executor, query))
      },
      async get(query) {
        checkText('id', query.id)
        return read(async (executor) => runTimeline(executor, query))
      },
      async step(query) {
        checkText('id', query.id)
        checkText('path', query.path, 4_000)
        return read(async (executor) => runStep(executor, query))
      },
      cancel: async (query) => act(query, async () => cancelAny(runtime, query)),
      retry: async (query) => act(query, async () => retryAny(runtime, query)),
      purge: async (query) => act(query, async () => purge(runtime, query)),
    },
    sessions: {
      async list({ owner, text, limit, cursor } = {}) {
        checkTexts({ owner, text })
        const size = clampLimit(limit, 50, 200)
        const asked = { owner: owner ?? null, text: text ?? null, limit: size, cursor }
        return read(async (executor) => sessionsPage(executor, asked))
      },
      async get(query) {
        checkText('id', query.id)
        return read(async (executor) => inspectSession(executor, query))
      },
    },
    approvals: {
      async list({ status, owner, limit, cursor } = {}) {
        checkTexts({ owner })
        const size = clampLimit(limit, 50, 200)
        const asked = { status: status ?? null, owner: owner ?? null, limit: size }
        const from = cursor === undefined ? null : checkCursor(cursor, '')
        return read(async (executor) => approvalsPage(executor, { ...asked, cursor: from }))
      },
      async some(query) {
        checkIds(query.ids)
        return read(async (executor) => approvalsById(executor, query))
      },
      decide: async (query) => act(query, async () => decideAny(runtime, query)),
    },
    async overview(query = {}) {
      await ready()
      return overview(runtime.database, query)
    },
    async audit({ targetId, limit, cursor } = {}) {
      checkTexts({ targetId })
      const size = clampLimit(limit, 50, 200)
      const before = checkCursor(cursor, 'g')
      const asked = { targetId: targetId ?? null, before, limit: size + 1 }
      const found = await read(async (executor) => listAudit(executor, asked))
      return pageOf(found, size)
    },
  }
}

function pageOf(found: AuditEntry[], size: number): Page<AuditEntry> {
  const data = found.slice(0, size)
  return { data, nextCursor: found.length > size ? (data.at(-1)?.id ?? null) : null }
}

function checkTexts(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) checkText(name, value)
  }
}

const mostIds = 200

function checkIds(ids: unknown): void {
  if (Array.isArray(ids) && ids.length <= mostIds) {
    for (const id of ids) checkText('ids', id)
    return
  }
  throw new AgenticError(
    'invalid_request',
    `\`ids\` is ${describe(ids)}. Accepted is a list of at most ${mostIds} ids.`,
  )
}

function checkFilter({ status, since, until, ...texts }: AdminRunFilter): void {
  checkTexts(texts)
  if (status !== undefined && !runStatuses.includes(status)) {
    throw new AgenticError(
      'invalid_request',
      `\`status\` is ${describe(status)}. Accepted are ${runStatuses.join(', ')}.`,
    )
  }
  for (const [name, moment] of Object.entries({ since, until })) {
    if (moment === undefined || (Number.isSafeInteger(moment) && moment >= 0)) continue
    throw new AgenticError(
      'invalid_request',
      `\`${name}\` is ${describe(moment)}. Accepted are whole milliseconds since the epoch.`,
    )
  }
}

/** Lists are paged by id: it says where to go on. */
function checkCursor(cursor: string | undefined, none: string): string {
  if (cursor === undefined) return none
  if (/^[0-9a-f-]{36}$/.test(cursor)) return cursor
  throw new AgenticError(
    'invalid_request',
    `\`cursor\` is ${describe(cursor)}. Accepted is the \`nextCursor\` of the page before.`,
  )
}
