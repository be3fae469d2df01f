import type { CleanupConfig } from '../core/cleanup-policy.ts'
import { type CleanupCounts, type CleanupHow, type CleanupReport } from '../core/cleanup.ts'
import { databaseNow } from '../store/clock.ts'
import { countHidden, endedRunSizes, oldSessionSizes, type RunSize } from '../store/count-due.ts'
import type { Database } from '../store/database.ts'
import type { EndedRuns } from '../store/due-runs.ts'
import { Counting } from './counting.ts'
import { groupsOf } from './old-runs.ts'
import { ago, rangesOf } from './ranges.ts'

type Counts = Partial<CleanupCounts>

const pageSize = 500

/** Counts, in many short reads, what `cleanup` would delete now. */
export async function dryRun(
  database: Database,
  policy: CleanupConfig,
  { signal }: Pick<CleanupHow, 'signal'>,
): Promise<CleanupReport> {
  const counting = new Counting()
  for await (const some of due(database, policy)) {
    counting.add(some)
    if (signal?.aborted === true) break
  }
  return { deleted: counting.sum, dryRun: true, isComplete: signal?.aborted !== true }
}

/** What goes with a run or a session that is deleted whole is not counted again where its log is old. */
async function* due(database: Database, policy: CleanupConfig): AsyncGenerator<Counts> {
  const now = await database.read(databaseNow)
  const { runs, besides } = rangesOf(policy, now)
  const { eventsDays, stepsDays, sessionsDays, sessionsRequireEmpty } = policy
  const sessionsBefore = sessionsDays === null ? 0 : ago(now, sessionsDays)
  const takenBefore = sessionsRequireEmpty ? 0 : sessionsBefore
  yield await database.read(countHidden)
  const whole = groupsOf(runs, [3, 2, 1, 0])
  for await (const run of runsOf(database, whole, takenBefore)) yield { ...sizeOf(run), runs: 1 }
  if (sessionsDays !== null) yield* sessions(database, policy, sessionsBefore, now)
  if (eventsDays !== null) {
    const groups = groupsOf(besides(eventsDays), [3, 1])
    for await (const run of runsOf(database, groups, takenBefore)) {
      // The last one stays.
      if (run.goes_with_session === 0) yield { events: run.events - 1 }
    }
  }
  if (stepsDays === null) return
  const groups = groupsOf(besides(stepsDays), [3, 2])
  for await (const run of runsOf(database, groups, takenBefore)) {
    if (run.goes_with_session === 0) yield { steps: run.steps }
  }
}

function sizeOf({ events, steps, approvals }: Omit<RunSize, 'id'>): Counts {
  return { events, steps, approvals }
}

async function* runsOf(
  database: Database,
  groups: EndedRuns[],
  sessionsBefore: number,
): AsyncGenerator<RunSize> {
  for (const group of groups) {
    let after = { finishedAt: -1, id: '' }
    for (;;) {
      const query = { ...group, after, sessionsBefore, limit: pageSize }
      const page = await database.read(async (executor) => endedRunSizes(executor, query))
      yield* page
      const last = page.at(-1)
      if (last === undefined) break
      after = { finishedAt: last.finished_at, id: last.id }
    }
  }
}

async function* sessions(
  database: Database,
  policy: CleanupConfig,
  before: number,
  now: number,
): AsyncGenerator<Counts> {
  const { runsDays, runsStatuses, sessionsRequireEmpty } = policy
  const runsBefore = runsDays === null ? 0 : ago(now, runsDays)
  let after = { updatedAt: -1, id: '' }
  for (;;) {
    const query = { before, after, runsStatuses, runsBefore, limit: pageSize }
    const page = await database.read(async (executor) => oldSessionSizes(executor, query))
    for (const { is_busy: isBusy, items, runs, events, steps, approvals } of page) {
      const isEmpty = items === 0 && runs === 0
      if (isBusy === 1 || (sessionsRequireEmpty && !isEmpty)) continue
      yield { sessions: 1, items, runs, events, steps, approvals }
    }
    const last = page.at(-1)
    if (last === undefined) return
    after = { updatedAt: last.updated_at, id: last.id }
  }
}
