import { setTimeout as delay } from 'node:timers/promises'
import type { CleanupConfig } from '../core/cleanup-policy.ts'
import type { CleanupHow, CleanupReport } from '../core/cleanup.ts'
import { databaseNow } from '../store/clock.ts'
import type { Database } from '../store/database.ts'
import { Counting } from './counting.ts'
import { oldEvents, oldRuns, oldSteps } from './old-runs.ts'
import { leftoverSessions, unusedSessions } from './old-sessions.ts'
import { ago, rangesOf } from './ranges.ts'
import type { Batch, Stage } from './stage.ts'

/**
 * Deletes what the policy says is old. Each transaction is short, and what it leaves is whole: a run, a run whose log
 * is pruned, or no run. So it may be interrupted at any moment, and run in several processes at once.
 */
export async function cleanup(
  database: Database,
  policy: CleanupConfig,
  { onProgress, signal }: Pick<CleanupHow, 'onProgress' | 'signal'>,
): Promise<CleanupReport> {
  const now = await database.read(databaseNow)
  const counting = new Counting()
  const report = (isComplete: boolean) => ({ deleted: counting.sum, dryRun: false, isComplete })
  for (const stage of stagesOf(policy, now)) {
    const of = onProgress === undefined ? 0 : await stage.count(database)
    let done = 0
    for await (const batch of unhurried(stage.batches(database))) {
      counting.add(batch.deleted)
      done += batch.done
      onProgress?.({ stage: stage.name, done, of: Math.max(of, done), deleted: counting.sum })
      if (signal?.aborted === true) return report(false)
    }
  }
  return report(true)
}

/** Runs first: what goes with them need not be looked for. */
function stagesOf(policy: CleanupConfig, now: number): Stage[] {
  const { eventsDays, stepsDays, sessionsDays, batchSize } = policy
  const { runs, besides } = rangesOf(policy, now)
  const stages: Stage[] = [oldRuns(runs, batchSize)]
  if (sessionsDays !== null) {
    const { sessionsRequireEmpty: requireEmpty } = policy
    stages.push(unusedSessions({ before: ago(now, sessionsDays), requireEmpty, batchSize }))
  }
  stages.push(leftoverSessions({ batchSize }))
  if (eventsDays !== null) stages.push(oldEvents(besides(eventsDays), batchSize))
  if (stepsDays !== null) stages.push(oldSteps(besides(stepsDays), batchSize))
  return stages
}

/**
 * After each transaction others have the database for three times as long as it took: SQLite has one writer at a time,
 * and beside a cleanup that paused as long as it worked a submit took 1.6 times as long.
 */
async function* unhurried(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  let since = performance.now()
  for await (const batch of batches) {
    const took = performance.now() - since
    yield batch
    await delay(3 * took)
    since = performance.now()
  }
}
