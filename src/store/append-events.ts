import { sql } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { eventParts, logColumns, storedEvents, type LogRow } from './events.ts'
import { gate } from './guarded.ts'
import { t } from './names.ts'

/** Appends events to a run that has not ended, outside of any attempt; nothing when it has. */
export async function appendEvents(
  executor: Executor,
  { runId, events }: { runId: string; events: NewEvent[] },
): Promise<RunEvent[]> {
  const row = await reserve(executor, { runId, count: events.length }, eventParts(events))
  return row === null ? [] : storedEvents(row, events)
}

const reserve = gate<{ runId: string; count: number }, LogRow>(
  (v, facts) => sql`
    update ${t.run} set last_sequence = last_sequence + ${v.count}
    where id = ${v.runId} and finished_at is null returning ${logColumns(facts)}`,
)
