import { uuidv7 } from 'uuidv7'
import type { Page, SessionsApi } from '../core/api.ts'
import { AgenticError } from '../core/errors.ts'
import type { Session } from '../core/session.ts'
import type { Database, Executor } from '../store/database.ts'
import { givenJson } from '../store/json.ts'
import { addItems, clearItems, popItem, readItems } from '../store/items.ts'
import {
  deleteSession,
  findSession,
  hasUnfinishedRun,
  listSessions,
  openSession,
  type SessionRow,
} from '../store/sessions.ts'
import { checkOwner, checkSessionKey } from '../core/check.ts'
import { clampLimit } from '../core/limits.ts'

/** The sessions of an owner, for views and services. */
export function sessionsApi(
  database: Database,
  log: Pick<SessionsApi, 'events' | 'follow'>,
  ready: () => Promise<void>,
): SessionsApi {
  return {
    async get({ owner, key }) {
      await ready()
      return database.read(async (executor) => (await find(executor, owner, key)).session)
    },
    async list({ owner, limit, cursor }) {
      await ready()
      const size = clampLimit(limit, 50, 200)
      const before = sessionCursor(cursor)
      const sessions = await database.read(async (executor) =>
        listSessions(executor, { owner, limit: size + 1, ...(before && { before }) }),
      )
      return pageOfSessions(sessions, size)
    },
    async items({ owner, key, limit }) {
      await ready()
      return database.read(async (executor) => {
        const { session, lastPosition } = await find(executor, owner, key)
        const most = Number.MAX_SAFE_INTEGER
        const size = limit === null ? most : clampLimit(limit, 200, most)
        const query = { sessionId: session.id, upTo: lastPosition, limit: size }
        return (await readItems(executor, query)).map(({ item }) => item)
      })
    },
    async add({ owner, key, items }) {
      await ready()
      checkOwner(owner)
      checkSessionKey(key)
      checkItems(items)
      await database.write(
        async (executor) => {
          const { id: sessionId } = await openSession(executor, { id: uuidv7(), owner, key })
          if (items.length > 0) await addItems(executor, { sessionId, items })
        },
        { owner },
      )
    },
    async pop({ owner, key }) {
      await ready()
      return database.write(
        async (executor) => {
          const { session } = await findIdle(executor, owner, key)
          return popItem(executor, { sessionId: session.id })
        },
        { owner },
      )
    },
    async events({ owner, key, after, limit }) {
      await ready()
      return log.events({ owner, key, after, limit: clampLimit(limit, 100, 1000) })
    },
    async *follow(query) {
      await ready()
      yield* log.follow(query)
    },
    async clear({ owner, key }) {
      await ready()
      await database.write(
        async (executor) => {
          const { session } = await findIdle(executor, owner, key)
          await clearItems(executor, { sessionId: session.id })
        },
        { owner },
      )
    },
    async delete({ owner, key }) {
      await ready()
      await database.write(
        async (executor) => {
          const { session } = await findIdle(executor, owner, key)
          await deleteSession(executor, { sessionId: session.id })
        },
        { owner, isLong: true },
      )
    },
  }
}

async function find(executor: Executor, owner: string, key: string): Promise<SessionRow> {
  const found = await findSession(executor, { owner, key })
  if (found !== null) return found
  throw new AgenticError('not_found', `There is no session ${JSON.stringify(key)} of yours.`)
}

/** A run under way refers to the session's items, so they stay until it has ended. */
async function findIdle(executor: Executor, owner: string, key: string): Promise<SessionRow> {
  const found = await find(executor, owner, key)
  if (!(await hasUnfinishedRun(executor, { sessionId: found.session.id }))) return found
  throw new AgenticError(
    'session_busy',
    `Session ${key} has a run that has not ended. Cancel it or wait for its end, then try again.`,
  )
}

/** Of one session more than the page has, when there is one. */
export function pageOfSessions(sessions: Session[], size: number): Page<Session> {
  const data = sessions.slice(0, size)
  const last = data.at(-1)
  const more = sessions.length > size && last !== undefined
  return { data, nextCursor: more ? `${last.updatedAt}:${last.id}` : null }
}

/** The place after which a page goes on. */
export function sessionCursor(
  cursor: string | undefined,
): { updatedAt: number; id: string } | undefined {
  if (cursor === undefined) return undefined
  const [, updatedAt, id] = /^(\d{1,16}):([0-9a-f-]{36})$/.exec(cursor) ?? []
  if (updatedAt === undefined || id === undefined) {
    throw new AgenticError(
      'invalid_request',
      `\`cursor\` is ${JSON.stringify(cursor.slice(0, 100))}. Accepted is the \`next_cursor\` of the page before.`,
    )
  }
  return { updatedAt: Number(updatedAt), id }
}

/** What is no object could not be given to an agent, and would spoil the session for every later run. */
function checkItems(items: unknown): void {
  const isItem = (item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
  if (!Array.isArray(items) || !items.every(isItem)) {
    throw new AgenticError(
      'invalid_input',
      "`items` must be a list of the SDK's input items, each an object.",
    )
  }
  for (const [index, item] of items.entries()) givenJson(`items[${index}]`, item)
}
