import type { Executor } from '../store/database.ts'
import { countDueRuns, takeDueRuns, type DueRun, type EndedRuns } from '../store/due-runs.ts'
import { pruneLarge, pruneWhole, removeRuns, runsLookedAt, whole } from './remove-runs.ts'
import { repeat, type Batch, type Stage } from './stage.ts'

/** Which runs, by how and when they ended. */
export type Range = Omit<EndedRuns, 'kept'>

/** Runs that are deleted with all that is their own. */
export function oldRuns(ranges: Range[], batchSize: number): Stage {
  // One that loses its events or steps meanwhile is found again further on.
  const groups = groupsOf(ranges, [3, 2, 1, 0])
  return stageOver('runs', groups, batchSize, async (executor, due) =>
    removeRuns(executor, due, batchSize),
  )
}

/** Runs that only lose their events. */
export function oldEvents(ranges: Range[], batchSize: number): Stage {
  return pruning('events', groupsOf(ranges, [3, 1]), batchSize)
}

export function oldSteps(ranges: Range[], batchSize: number): Stage {
  return pruning('steps', groupsOf(ranges, [3, 2]), batchSize)
}

/** What one look into the index finds each. */
export function groupsOf(ranges: Range[], kept: number[]): EndedRuns[] {
  const some = ranges.filter(({ from, before }) => from < before)
  return kept.flatMap((left) => some.map((range) => ({ ...range, kept: left })))
}

function pruning(name: 'events' | 'steps', groups: EndedRuns[], batchSize: number): Stage {
  return stageOver(name, groups, batchSize, async (executor, due) => {
    const [first] = due
    if (first === undefined) return null
    if (first[name] <= batchSize) {
      return pruneWhole(
        executor,
        name,
        whole(due, (run) => run[name], batchSize),
      )
    }
    const { deleted, isGone } = await pruneLarge(executor, name, first.id, batchSize)
    return { deleted, done: isGone ? 1 : 0 }
  })
}

type Work = (executor: Executor, due: DueRun[]) => Promise<Batch | null>

function stageOver(name: Stage['name'], groups: EndedRuns[], batchSize: number, work: Work): Stage {
  const bounds = { limit: runsLookedAt(batchSize), most: batchSize + 1 }
  return {
    name,
    async count(database) {
      const counts = groups.map(async (group) =>
        database.read(async (executor) => countDueRuns(executor, group)),
      )
      return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0)
    },
    async *batches(database) {
      for (const group of groups) {
        yield* repeat(database, async (executor) =>
          work(executor, await takeDueRuns(executor, { ...group, ...bounds })),
        )
      }
    },
  }
}
