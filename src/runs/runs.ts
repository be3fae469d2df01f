import type {
  ApprovalsApi,
  RunsApi,
  SubmitOptions,
  SubmittedRun,
  SubmittedWithin,
} from '../core/api.ts'
import type { Within } from '../core/within.ts'
import { AgenticError } from '../core/errors.ts'
import { clampLimit } from '../core/limits.ts'
import type { Run } from '../core/run.ts'
import { assertReadable, follow, isSeamless, notFound } from '../events/follow.ts'
import { findApproval, listApprovals } from '../store/approvals.ts'
import { findRun, listRuns } from '../store/find-runs.ts'
import { findSession } from '../store/sessions.ts'
import { cancelRun } from './cancel.ts'
import { decide } from './decide.ts'
import { retryRun } from './retry.ts'
import type { Runtime } from './runtime.ts'
import { submitRun } from './submit.ts'
import { submitWithin } from './submit-within.ts'
import { waitForRun } from './wait.ts'

/** With and without a transaction of the app's. */
function submitOn(runtime: Runtime, ready: () => Promise<void>): RunsApi['submit'] {
  async function submit(options: SubmitOptions): Promise<SubmittedRun>
  async function submit(options: SubmitOptions & { within: Within }): Promise<SubmittedWithin>
  async function submit(options: SubmitOptions & { within?: Within }): Promise<SubmittedRun> {
    await ready()
    const { within, ...facts } = options
    return within === undefined
      ? submitRun(runtime, facts)
      : submitWithin(runtime, { ...facts, within })
  }
  return submit
}

/** The runs of an owner, for views and services. */
export function runsApi(runtime: Runtime, ready: () => Promise<void>): RunsApi {
  const { database } = runtime
  const get = async (query: { owner: string; id: string }): Promise<Run> => {
    const run = await database.read((executor) => findRun(executor, query))
    if (run === null) throw notFound(query.id)
    return run
  }
  return {
    submit: submitOn(runtime, ready),
    async get(query) {
      await ready()
      return await get(query)
    },
    async list({ owner, session, status, limit, cursor }) {
      await ready()
      const size = clampLimit(limit, 50, 200)
      const before = checkCursor(cursor)
      const runs = await database.read(async (executor) => {
        const found =
          session === undefined ? null : await findSession(executor, { owner, key: session })
        if (session !== undefined && found === null) return []
        const sessionId = found?.session.id ?? null
        return listRuns(executor, {
          owner,
          sessionId,
          status: status ?? null,
          before,
          limit: size + 1,
        })
      })
      const data = runs.slice(0, size)
      return { data, nextCursor: runs.length > size ? (data.at(-1)?.id ?? null) : null }
    },
    async wait(query) {
      await ready()
      return waitForRun(runtime, query)
    },
    async events({ owner, id, after = 0, limit }) {
      await ready()
      checkAfter(after)
      if (after > 0) await assertReadable(database, { owner, id, after })
      const size = clampLimit(limit, 100, 1000)
      const events = await runtime.reads.read({ owner, runId: id, after, limit: size })
      if (events.length === 0) await get({ owner, id })
      // Deleted between the two questions: a page has no gap that the cursor does not know of.
      else if (after > 0 && !isSeamless(events, after)) {
        await assertReadable(database, { owner, id, after })
      }
      return events
    },
    async *follow({ owner, id, after = 0, signal }) {
      await ready()
      checkAfter(after)
      yield* follow(runtime, { owner, id, after, signal })
    },
    async cancel(query) {
      await ready()
      return cancelRun(runtime, query)
    },
    async retry(query) {
      await ready()
      return retryRun(runtime, query)
    },
  }
}

export function approvalsApi(runtime: Runtime, ready: () => Promise<void>): ApprovalsApi {
  return {
    async list({ owner, runId = null, status = null, after = '', limit }) {
      await ready()
      const size = clampLimit(limit, 1000, 1000)
      return runtime.database.read(async (executor) =>
        listApprovals(executor, { owner, runId, status, after, limit: size }),
      )
    },
    async get({ owner, id }) {
      await ready()
      const approval = await runtime.database.read(async (executor) =>
        findApproval(executor, { owner, id }),
      )
      if (approval !== null) return approval
      throw new AgenticError('not_found', `There is no approval ${JSON.stringify(id)} of yours.`)
    },
    async decide(query) {
      await ready()
      return decide(runtime, query)
    },
  }
}

function checkAfter(after: number): void {
  if (Number.isSafeInteger(after) && after >= 0) return
  throw new AgenticError(
    'invalid_request',
    `\`after\` is ${after}. Accepted is the sequence of an event, or 0 for the beginning.`,
  )
}

/** Runs are paged by id; ids sort by the time they were made, and "g" sorts after all of them. */
function checkCursor(cursor: string | undefined): string {
  if (cursor === undefined) return 'g'
  if (/^[0-9a-f-]{36}$/.test(cursor)) return cursor
  throw new AgenticError(
    'invalid_request',
    `\`cursor\` is ${JSON.stringify(cursor.slice(0, 100))}. Accepted is the \`next_cursor\` of the page before.`,
  )
}
