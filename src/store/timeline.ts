import { sql, type RawBuilder } from 'kysely'
import type { TimelineEntry } from '../core/admin.ts'
import type { Approval } from '../core/approval.ts'
import type { RunEvent } from '../core/event.ts'
import type { JsonValue } from '../core/run.ts'
import { toApproval } from './approvals.ts'
import { cutColumn, isCut, valueOf, type CutColumns } from './cut.ts'
import type { Executor } from './database.ts'
import { toEvent } from './events.ts'
import { fromJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { ApprovalTable, EventTable, StepTable } from './tables.ts'

/** A step sorts by when it was begun, and among those of one moment by its path. */
export interface StepPlace {
  startedAt: number
  path: string
}

/** The newest steps of a run before that place, newest first; of each long value the beginning. */
export async function newestSteps(
  executor: Executor,
  query: { runId: string; before: StepPlace; limit: number },
): Promise<TimelineEntry[]> {
  const { runId, before, limit } = query
  return (await newest(executor, { runId, ...before, limit })).map(toEntry)
}

type Payload = 'arguments' | 'effective_arguments' | 'result'
type StepRow = Omit<StepTable, Payload | 'given' | 'run_id'> & CutColumns<Payload>

const steps = (characters: number) => sql`s.path, s.kind, s.state, s.attempt, s.agent_name, s.name,
  s.call_id, s.input_tokens, s.output_tokens, s.cached_tokens, s.reasoning_tokens, s.cost,
  s.started_at, s.finished_at,
  ${cutColumn('s', 'arguments', characters)},
  ${cutColumn('s', 'effective_arguments', characters)}, ${cutColumn('s', 'result', characters)}`

/** What cleanup deletes is hidden before. */
const isKept = (v: { runId: string }) =>
  sql`(select r.pruned & 2 from ${t.run} as r where r.id = ${v.runId}) = 0`

// Which ones first: to sort them all their values need not be read.
const newest = statement<StepPlace & { runId: string; limit: number }, StepRow>(
  (_db, v) => sql`
    select ${steps(16_384)} from (select run_id, path from ${t.step}
      where run_id = ${v.runId} and ${isKept(v)} and (started_at, path) < (${v.startedAt}, ${v.path})
      order by started_at desc, path desc limit ${v.limit}) as k
    join ${t.step} as s on s.run_id = k.run_id and s.path = k.path
    order by s.started_at desc, s.path desc`,
)

/** One step with all there is of it. */
export async function findStep(
  executor: Executor,
  query: { runId: string; path: string },
): Promise<TimelineEntry | null> {
  const row = first(await byPath(executor, query))
  return row === null ? null : toEntry(row)
}

const byPath = statement<{ runId: string; path: string }, StepRow>(
  (_db, v) => sql`
    select ${steps(2 ** 30)} from ${t.step} as s
    where s.run_id = ${v.runId} and s.path = ${v.path} and ${isKept(v)}`,
)

function toEntry(row: StepRow): TimelineEntry {
  const value = (name: Payload) => valueOf(row[name], row[`${name}_bytes`])
  const cut = (name: Payload) => isCut(row[name], row[`${name}_bytes`])
  const isEdited = row.effective_arguments !== null && row.effective_arguments !== row.arguments
  return {
    path: row.path,
    kind: row.kind,
    state: row.state,
    attempt: row.attempt,
    agentName: row.agent_name,
    name: row.name,
    callId: row.call_id,
    arguments: value('arguments'),
    effectiveArguments: isEdited ? value('effective_arguments') : null,
    result: resultOf(row),
    cut: [
      ...(cut('arguments') ? ['arguments' as const] : []),
      ...(isEdited && cut('effective_arguments') ? ['effectiveArguments' as const] : []),
      ...(cut('result') ? ['result' as const] : []),
    ],
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cachedTokens: row.cached_tokens,
    reasoningTokens: row.reasoning_tokens,
    cost: row.cost,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}

/** What is no model's response is recorded as the value `v` of an object, so that there may be none. */
function resultOf(row: StepRow): JsonValue {
  const { kind, result: text, result_bytes: bytes } = row
  if (kind === 'model' || text === null) return valueOf(text, bytes)
  if (isCut(text, bytes)) return valueOf(text.slice(wrapped.length), bytes)
  return fromJson<{ v?: JsonValue }>(text).v ?? null
}

const wrapped = '{"v":'

/** The pending approvals of a run and its newest others, the one asked first first, and how many there are besides. */
export async function newestApprovals(
  executor: Executor,
  query: { runId: string; limit: number },
): Promise<{ approvals: Approval[]; moreApprovals: number }> {
  const rows = await lastAsked(executor, query)
  const moreApprovals = Number(rows[0]?.in_all ?? 0) - rows.length
  return { approvals: rows.map(toApproval), moreApprovals }
}

// As with steps, long values are read of those that are wanted only.
const lastAsked = statement<{ runId: string; limit: number }, ApprovalTable & { in_all: number }>(
  (_db, v) => sql`
    select k.in_all, a.* from (select id, count(*) over () as in_all from ${t.approval}
      where run_id = ${v.runId}
      order by case when status = 'pending' then 0 else 1 end, id desc limit ${v.limit}) as k
    join ${t.approval} as a on a.id = k.id order by a.id`,
)

/** The newest events of a run, oldest first. */
export async function newestEvents(
  executor: Executor,
  query: { runId: string; limit: number },
): Promise<RunEvent[]> {
  return (await lastEvents(executor, query)).map(toEvent).reverse()
}

const eventsWhere = (condition: RawBuilder<unknown>) =>
  statement<{ runId: string; limit: number }, EventTable>(
    (_db, v) => sql`
      select * from ${t.event} where run_id = ${v.runId} and ${condition}
        and sequence > (select case when (r.pruned & 1) = 1 then r.pruned_sequence else 0 end
          from ${t.run} as r where r.id = ${v.runId})
      order by sequence desc limit ${v.limit}`,
  )
const lastEvents = eventsWhere(sql`true`)

/** What tells of attempts: their begins, and what ended them. The newest ones, oldest first. */
export async function attemptEvents(
  executor: Executor,
  query: { runId: string; limit: number },
): Promise<RunEvent[]> {
  return (await turns(executor, query)).map(toEvent).reverse()
}

const turns = eventsWhere(sql`type in ('run.attempt_started', 'run.recovered', 'run.drained',
  'run.awaiting_approval', 'run.completed', 'run.failed', 'run.cancelled')`)
