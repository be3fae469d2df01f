import type { CleanupCounts, CleanupProgress } from '../core/cleanup.ts'
import type { Database, Executor } from '../store/database.ts'

/** Rows that one transaction deleted, and how many runs or sessions are done with. */
export interface Batch {
  deleted: Partial<CleanupCounts>
  done: number
}

/** One kind of thing that is gone through, in transactions that are short and each complete in itself. */
export interface Stage {
  name: CleanupProgress['stage']
  /** How many runs or sessions it will go through. */
  count(database: Database): Promise<number>
  batches(database: Database): AsyncIterable<Batch>
}

/** One transaction after another, until one finds nothing to do. */
export async function* repeat(
  database: Database,
  unit: (executor: Executor) => Promise<Batch | null>,
): AsyncGenerator<Batch> {
  for (;;) {
    const batch = await database.write(unit, { isLong: true })
    if (batch === null) return
    yield batch
  }
}
