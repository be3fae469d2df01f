import { describe } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import { idAt } from '../core/id-times.ts'
import { clampLimit } from '../core/limits.ts'
import type { UsageBy, UsageQuery, UsageReport } from '../core/usage.ts'
import type { Database } from '../store/database.ts'
import { findSession } from '../store/sessions.ts'
import { usageSums } from '../store/usage.ts'

const dayMs = 86_400_000
const ways = ['run', 'session', 'owner', 'agent', 'model'] as const satisfies UsageBy[]

/** What runs used. A window is one of ids, which begin with the moment they were made at, so no column is read for it. */
export async function usageOf(database: Database, query: UsageQuery): Promise<UsageReport> {
  const { by, owner = null, session, run = null, agent = null } = query
  if (!ways.includes(by)) throw refuse('by', by, `one of ${ways.join(', ')}`)
  if (session !== undefined && owner === null) {
    throw refuse('session', session, "a session with its `owner`, as keys are an owner's own")
  }
  const isNarrow = run !== null || session !== undefined
  const until = moment('until', query.until)
  const since = moment('since', query.since) ?? (isNarrow ? null : (until ?? Date.now()) - dayMs)
  if (since !== null && until !== null && since > until) {
    throw refuse('since', since, `a moment that is not after \`until\`, which is ${until}`)
  }
  const limit = clampLimit(query.limit, 100, 1000)
  return database.read(async (executor) => {
    const found =
      session === undefined || owner === null
        ? null
        : await findSession(executor, { owner, key: session })
    // An unknown session has no runs, as no id is empty.
    const sessionId = session === undefined ? null : (found?.session.id ?? '')
    const window = {
      from: since === null ? '' : idAt(since),
      before: until === null ? 'g' : idAt(until),
    }
    const sums = await usageSums(executor, by, { run, sessionId, owner, agent, ...window, limit })
    return { since, until, ...sums }
  })
}

/** Beyond this a moment has no place in an id. */
const latest = 2 ** 48 - 1

function moment(name: 'since' | 'until', value: number | undefined): number | null {
  if (value === undefined) return null
  if (Number.isSafeInteger(value) && value >= 0 && value <= latest) return value
  throw refuse(name, value, 'a moment in whole milliseconds since the epoch')
}

function refuse(name: string, value: unknown, accepted: string): AgenticError {
  return new AgenticError(
    'invalid_request',
    `\`${name}\` is ${describe(value)}. Accepted is ${accepted}.`,
  )
}
