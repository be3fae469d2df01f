import type { CleanupConfig } from '../core/cleanup-policy.ts'
import { terminalStatuses } from '../core/run.ts'
import type { Range } from './old-runs.ts'

/** A moment so many days before another. */
export function ago(now: number, days: number): number {
  return Math.floor(now - days * 86_400_000)
}

interface Ranges {
  /** Runs that are deleted. */
  runs: Range[]
  /** Of those that stay, the ones that ended so many days ago. */
  besides: (days: number) => Range[]
}

export function rangesOf({ runsDays, runsStatuses }: CleanupConfig, now: number): Ranges {
  const before = runsDays === null ? 0 : ago(now, runsDays)
  const runs = runsStatuses.map((status) => ({ status, from: 0, before }))
  const deletedBefore = new Map(runs.map((range) => [range.status, range.before]))
  return {
    runs,
    besides: (days) =>
      terminalStatuses.map((status) => ({
        status,
        from: deletedBefore.get(status) ?? 0,
        before: ago(now, days),
      })),
  }
}
