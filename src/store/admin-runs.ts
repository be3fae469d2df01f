import { sql } from 'kysely'
import type { AdminRun } from '../core/admin.ts'
import { cutColumn, isCut, valueOf, type CutColumns } from './cut.ts'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { shortRunColumns, toRun, type RunRow } from './run-rows.ts'
import { first, statement } from './statement.ts'
import type { RunTable } from './tables.ts'

/** Whatever their owner: for people in charge only. Newest first, of each long value the beginning. */
export async function runsById(executor: Executor, query: { ids: string[] }): Promise<AdminRun[]> {
  const runs = (await byIds(executor, { ids: toJson(query.ids) })).map(toAdminRun)
  // Sorted here: a planner that is to sort them may read all runs in their order.
  return runs.sort((a, b) => (a.id < b.id ? 1 : -1))
}

type AdminRow = Omit<RunRow, Cut> & CutColumns<Cut>
type Cut = 'input' | 'context' | 'output' | 'error'

const columns = (characters: number) => sql`${shortRunColumns},
  ${cutColumn('i', 'input', characters)}, ${cutColumn('i', 'context', characters)},
  ${cutColumn('r', 'output', characters)}, ${cutColumn('r', 'error', characters)}`

const byIds = statement<{ ids: string }, AdminRow>(
  (_db, v, facts) => sql`
    select ${columns(1_000)} from ${facts.eachText(sql`${v.ids}`)} as k
    join ${t.run} as r on r.id = k.value join ${t.runInput} as i on i.run_id = r.id`,
)

export interface InspectedRun {
  run: AdminRun
  sessionId: string
  worker: string | null
  leaseExpiresAt: number | null
}

/** One run with who executes it. */
export async function inspectRun(
  executor: Executor,
  query: { id: string },
): Promise<InspectedRun | null> {
  const row = first(await byId(executor, query))
  if (row === null) return null
  const { session_id: sessionId, worker_id: worker, lease_expires_at: leaseExpiresAt } = row
  return { run: toAdminRun(row), sessionId, worker, leaseExpiresAt }
}

const byId = statement<
  { id: string },
  AdminRow & Pick<RunTable, 'session_id' | 'worker_id' | 'lease_expires_at'>
>(
  (_db, v) => sql`
    select ${columns(16_384)}, r.session_id, r.worker_id, r.lease_expires_at
    from ${t.run} as r join ${t.runInput} as i on i.run_id = r.id where r.id = ${v.id}`,
)

function toAdminRun(row: AdminRow): AdminRun {
  const names = ['input', 'context', 'output', 'error'] as const
  const cut = names.filter((name) => isCut(row[name], row[`${name}_bytes`]))
  const json = (name: Exclude<Cut, 'error'>) => toJson(valueOf(row[name], row[`${name}_bytes`]))
  const output = row.output === null ? null : json('output')
  return { ...toRun({ ...row, input: json('input'), context: json('context'), output }), cut }
}

/** Whose a run is; null when there is none. */
export async function ownerOfRun(
  executor: Executor,
  query: { id: string },
): Promise<string | null> {
  return first(await owner(executor, query))?.owner ?? null
}

const owner = statement<{ id: string }, { owner: string }>(
  (_db, v) => sql`select owner from ${t.run} where id = ${v.id}`,
)
