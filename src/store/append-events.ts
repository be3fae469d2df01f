import { sql } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { Executor } from './database.ts'
import { insertEvents } from './events.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'

/** Appends events to a run that has not ended, outside of any attempt; nothing when it has. */
export async function appendEvents(
  executor: Executor,
  values: { runId: string; events: NewEvent[] },
): Promise<RunEvent[]> {
  const { runId, events } = values
  const row = first(await reserve(executor, { runId, count: events.length }))
  if (row === null) return []
  return insertEvents(executor, { runId, after: row.last_sequence - events.length, events })
}

const reserve = statement<{ runId: string; count: number }, { last_sequence: number }>(
  (_db, v) => sql`
    update ${t.run} set last_sequence = last_sequence + ${v.count}
    where id = ${v.runId} and finished_at is null returning last_sequence`,
)
