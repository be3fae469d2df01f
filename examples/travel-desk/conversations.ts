import { randomBytes } from 'node:crypto'
import type { Agentic } from 'agentic-node'
import type { Database } from './database.ts'

/** Each user has one conversation at a time; its key is the library's session key. */
export interface Conversations {
  keyOf(user: string): Promise<string>
  /** Clears the conversation and begins another one under a fresh key. */
  renew(user: string): Promise<void>
}

export function createConversations(database: Database, agentic: Agentic): Conversations {
  const keyOf = async (user: string) =>
    database.use(async (db) => {
      const known = db.selectFrom('conversations').selectAll().where('user', '=', user)
      const row = await known.executeTakeFirst()
      if (row) return row.session_key
      await db
        .insertInto('conversations')
        .values({ user, session_key: freshKey() })
        .onConflict((conflict) => conflict.column('user').doNothing())
        .execute()
      return (await known.executeTakeFirstOrThrow()).session_key
    })

  return {
    keyOf,
    async renew(user) {
      const key = await keyOf(user)
      await database.use(async (db) =>
        db
          .updateTable('conversations')
          .set({ session_key: freshKey() })
          .where('user', '=', user)
          .where('session_key', '=', key)
          .execute(),
      )
      await clear(agentic, user, key)
    },
  }
}

function freshKey(): string {
  return `trip-${randomBytes(9).toString('base64url')}`
}

/** What is still going on in a conversation that its user throws away is stopped first. */
async function clear(agentic: Agentic, owner: string, key: string): Promise<void> {
  for (const status of ['pending', 'running', 'awaiting_approval'] as const) {
    const { data } = await agentic.runs.list({ owner, session: key, status })
    for (const { id } of data) await agentic.runs.cancel({ owner, id })
    for (const { id } of data) await settled(agentic, owner, id)
  }
  try {
    await agentic.sessions.clear({ owner, key })
  } catch (error) {
    // Nothing was ever said in it, or a tool is still finishing: either way nobody is shown it again.
    if (!isOneOf(error, ['not_found', 'session_busy'])) throw error
  }
}

async function settled(agentic: Agentic, owner: string, id: string): Promise<void> {
  try {
    await agentic.runs.wait({ owner, id, signal: AbortSignal.timeout(3000) })
  } catch {
    // It stops later; the cancel is recorded.
  }
}

function isOneOf(error: unknown, codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
