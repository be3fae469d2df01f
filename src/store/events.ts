import { sql, type RawBuilder } from 'kysely'
import type { NewEvent, RunEvent } from '../core/event.ts'
import type { DatabaseFacts, Executor } from './database.ts'
import { part, selectRows, type Part } from './guarded.ts'
import { fromJson, toJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { EventTable } from './tables.ts'

/** What a gate must answer for events to be written behind it: the run, and its last sequence after the move. */
export interface LogRow {
  id: string
  last_sequence: number
  now: number
}

/** Columns of a `LogRow` for a gate's RETURNING. */
export const logColumns = (facts: DatabaseFacts): RawBuilder<unknown> =>
  sql`id, last_sequence, ${facts.now} as now`

/** Events to be written behind a gate that moved `last_sequence` by their number, which reserves theirs. */
export function eventParts(events: NewEvent[]): Part[] {
  const rows = events.map(({ type, payload }, index) => ({
    back: events.length - 1 - index,
    type,
    payload: toJson(payload),
  }))
  return insert(rows)
}

const insert = part<{ back: number; type: string; payload: string }>(
  'event',
  (gate, rows) => sql`
    insert into ${t.event} (run_id, sequence, type, payload, created_at) ${selectRows(
      gate,
      rows.map(
        (
          v,
        ) => sql`${gate.column('id')}, ${gate.column('last_sequence')} - cast(${v.back} as integer),
          ${v.type}, ${v.payload}, ${gate.column('now')}`,
      ),
    )}`,
)

/** The events as they are stored now. */
export function storedEvents(row: LogRow, events: NewEvent[]): RunEvent[] {
  return events.map(({ type, payload }, index) => ({
    runId: row.id,
    sequence: row.last_sequence - events.length + 1 + index,
    type,
    payload: fromJson(toJson(payload)),
    createdAt: row.now,
  }))
}

/** Of a run aliased `r`, whether its event `e` is shown: what cleanup deletes is hidden before. */
const isShown = sql`((r.pruned & 1) = 0 or e.sequence > r.pruned_sequence)`

/** Events after a cursor, for an owner: nothing for a run of someone else. */
export async function readEvents(
  executor: Executor,
  query: { runId: string; owner: string; after: number; limit: number },
): Promise<RunEvent[]> {
  return (await afterCursor(executor, query)).map(toEvent)
}

const afterCursor = statement<
  { runId: string; owner: string; after: number; limit: number },
  EventTable
>(
  (_db, v) => sql`
    select e.* from ${t.event} as e
    where e.run_id = ${v.runId} and e.sequence > ${v.after}
      and exists (select 1 from ${t.run} as r
        where r.id = ${v.runId} and r.owner = ${v.owner} and ${isShown})
    order by e.sequence limit ${v.limit}`,
)

/**
 * Events of a session's runs in the order of runs, up to and including its first unfinished run, so that a cursor
 * never passes an event that is still to come.
 */
export async function readSessionEvents(
  executor: Executor,
  query: { sessionId: string; owner: string; runId: string; sequence: number; limit: number },
): Promise<RunEvent[]> {
  return (await ofSession(executor, query)).map(toEvent)
}

const ofSession = statement<
  { sessionId: string; owner: string; runId: string; sequence: number; limit: number },
  EventTable
>(
  (_db, v) => sql`
    select e.* from ${t.run} as r join ${t.event} as e on e.run_id = r.id
    where r.session_id = ${v.sessionId} and r.owner = ${v.owner} and r.id >= ${v.runId}
      and ${isShown}
      and (e.run_id, e.sequence) > (${v.runId}, ${v.sequence})
      and r.id <= coalesce(
        (select min(id) from ${t.run} where session_id = ${v.sessionId} and finished_at is null),
        'g')
    order by r.id, e.sequence limit ${v.limit}`,
)

export function toEvent(row: EventTable): RunEvent {
  return {
    runId: row.run_id,
    sequence: row.sequence,
    type: row.type,
    payload: fromJson(row.payload),
    createdAt: row.created_at,
  }
}

/** The number of the last event of each of these runs. */
export async function lastSequences(
  executor: Executor,
  query: { ids: string[] },
): Promise<Map<string, number>> {
  const rows = await sequences(executor, { ids: toJson(query.ids) })
  return new Map(rows.map((row) => [row.id, row.last_sequence]))
}

const sequences = statement<{ ids: string }, { id: string; last_sequence: number }>(
  (_db, v, facts) => sql`
    select r.id, r.last_sequence from ${facts.eachText(sql`${v.ids}`)} as k
    join ${t.run} as r on r.id = k.value`,
)

/** Deletes the text deltas of runs that ended before `minutes` ago; answers how many runs it pruned. */
export async function pruneDeltas(
  executor: Executor,
  query: { minutes: number; limit: number },
): Promise<number> {
  const due = await dueRuns(executor, { ms: query.minutes * 60_000, limit: query.limit })
  for (const run of due) {
    await deleteDeltas(executor, { runId: run.id })
    await markPruned(executor, { runId: run.id, upTo: run.last_delta ?? 0 })
  }
  return due.length
}

const dueRuns = statement<{ ms: number; limit: number }, { id: string; last_delta: number | null }>(
  (_db, v, facts) => sql`
    select r.id, (select max(sequence) from ${t.event} as e
      where e.run_id = r.id and e.type = 'text_delta') as last_delta
    from ${t.run} as r
    where r.deltas_kept = 1 and r.finished_at < (select ${facts.now}) - ${v.ms}
    order by r.finished_at limit ${v.limit}`,
)
const deleteDeltas = statement<{ runId: string }, never>(
  (_db, v) => sql`delete from ${t.event} where run_id = ${v.runId} and type = 'text_delta'`,
)
const markPruned = statement<{ runId: string; upTo: number }, never>(
  // A cleanup may have hidden more of the log meanwhile.
  (_db, v) => sql`
    update ${t.run} set deltas_kept = 0, pruned_sequence = ${v.upTo}
    where id = ${v.runId} and deltas_kept = 1`,
)

/** What of a run's log is kept no more. */
export interface Pruned {
  /** Up to this sequence events may be missing. */
  sequence: number
  /** Whether all before the last one are gone, and not only pieces of text. */
  isWhole: boolean
}

/** Null when the run is not this owner's. */
export async function prunedOf(
  executor: Executor,
  query: { id: string; owner: string },
): Promise<Pruned | null> {
  const row = first(await pruned(executor, query))
  if (row === null) return null
  return { sequence: row.pruned_sequence, isWhole: (row.pruned & 1) === 1 }
}

const pruned = statement<
  { id: string; owner: string },
  { pruned_sequence: number; pruned: number }
>(
  (_db, v) => sql`
    select pruned_sequence, pruned from ${t.run} where id = ${v.id} and owner = ${v.owner}`,
)

/** Whether some finished run's deltas are past their time. */
export async function hasPrunable(
  executor: Executor,
  query: { minutes: number },
): Promise<boolean> {
  return (await dueRuns(executor, { ms: query.minutes * 60_000, limit: 1 })).length > 0
}

/** What a page shows of a run: its tool calls, and the text being written now. */
export async function readShownEvents(
  executor: Executor,
  query: { runId: string; owner: string },
): Promise<RunEvent[]> {
  return (await shown(executor, query)).map(toEvent)
}

const shown = statement<{ runId: string; owner: string }, EventTable>(
  (_db, v) => sql`
    select e.* from ${t.event} as e
    where e.run_id = ${v.runId} and (e.type in ('tool_called', 'tool_output', 'message_output_created')
        or (e.type = 'text_delta' and e.sequence > coalesce(
          (select max(sequence) from ${t.event} where run_id = ${v.runId}
            and type in ('message_output_created', 'run.attempt_started')), 0)))
      and exists (select 1 from ${t.run} as r
        where r.id = ${v.runId} and r.owner = ${v.owner} and ${isShown})
    order by e.sequence limit 10000`,
)

/** The sequence of the newest event that is more than a piece of text; 0 when there is none. */
export async function lastChange(
  executor: Executor,
  query: { runId: string; owner: string },
): Promise<number> {
  return first(await newestChange(executor, query))?.sequence ?? 0
}

const newestChange = statement<{ runId: string; owner: string }, { sequence: number }>(
  (_db, v) => sql`
    select e.sequence from ${t.event} as e
    where e.run_id = ${v.runId} and e.type <> 'text_delta'
      and exists (select 1 from ${t.run} as r where r.id = ${v.runId} and r.owner = ${v.owner})
    order by e.sequence desc limit 1`,
)
