import { sql, type RawBuilder } from 'kysely'
import type { Approval } from '../core/approval.ts'
import type { Executor } from './database.ts'
import { part, selectRows, type Part } from './guarded.ts'
import { fromJson } from './json.ts'
import { t } from './names.ts'
import { first, statement } from './statement.ts'
import type { ApprovalTable } from './tables.ts'

export interface ApprovalValues {
  id: string
  owner: string
  /** Of the call: `questionPath` makes it the row's. */
  path: string
  toolName: string
  agentName: string
  arguments: string
  editedArguments: string | null
  /** 0, or the attempt that was cut off inside the call. */
  interruptedAttempt: number
  expiresAt: number | null
}

/** An approval with the path under which its question was asked. */
export interface AskedApproval extends Approval {
  questionPath: string
}

/** The question to a person, written behind a gate, once per call and interruption: another changes nothing. */
export function approvalParts(values: ApprovalValues): Part[] {
  return request([{ ...values, path: questionPath(values.path, values.interruptedAttempt) }])
}

const request = part<ApprovalValues>('approval', (gate, rows, facts) => {
  const columns = (v: ApprovalValues) => sql`${v.id}, ${gate.column('id')}, ${v.owner}, ${v.path},
    ${v.toolName}, ${v.agentName}, ${v.arguments}, ${v.editedArguments},
    cast(${v.interruptedAttempt} as integer), 'pending', ${facts.now},
    cast(${v.expiresAt} as bigint)`
  return sql`
    insert into ${t.approval} (id, run_id, owner, path, tool_name, agent_name, arguments,
      edited_arguments, interrupted_attempt, status, created_at, expires_at)
    ${selectRows(gate, rows.map(columns))}
    on conflict (run_id, path) do nothing`
})

/** The moment so long after now, by the database's clock. */
export async function momentAfter(executor: Executor, query: { ms: number }): Promise<number> {
  const [row] = await after(executor, query)
  // Drivers answer a sum of integers as they like.
  return Number(row?.moment)
}

const after = statement<{ ms: number }, { moment: number }>(
  (_db, v, facts) => sql`select ${facts.now} + cast(${v.ms} as bigint) as moment`,
)

export async function approvalsOfRun(
  executor: Executor,
  query: { runId: string },
): Promise<AskedApproval[]> {
  const rows = await ofRun(executor, query)
  return rows.map((row) => ({ ...toApproval(row), questionPath: row.path }))
}

const ofRun = statement<{ runId: string }, ApprovalTable>(
  (_db, v) => sql`select * from ${t.approval} where run_id = ${v.runId} order by id`,
)

export async function listApprovals(executor: Executor, query: ApprovalQuery): Promise<Approval[]> {
  const list = query.runId === null ? ofOwner : ofOwnersRun
  const inStatus = query.status === null ? list.any : list.one
  return (await inStatus(executor, query)).map(toApproval)
}

interface ApprovalQuery {
  owner: string
  runId: string | null
  status: Approval['status'] | null
  /** An id, or an empty text for the beginning. */
  after: string
  limit: number
}

/** One that was never decided waits only as long as its run has not ended. */
const inOneStatus = (v: ApprovalQuery) => sql`a.status = ${v.status} and (
  a.status <> 'pending' or exists (select 1 from ${t.run} as r
    where r.id = a.run_id and r.finished_at is null))`

const listWhere = (condition: (v: ApprovalQuery) => RawBuilder<unknown>) => {
  const list = (filter: (v: ApprovalQuery) => RawBuilder<unknown>) =>
    statement<ApprovalQuery, ApprovalTable>(
      (_db, v) => sql`
        select a.* from ${t.approval} as a
        where a.owner = ${v.owner} and a.id > ${v.after} and ${condition(v)} and ${filter(v)}
        order by a.id limit ${v.limit}`,
    )
  return { any: list(() => sql`true`), one: list(inOneStatus) }
}

const ofOwner = listWhere(() => sql`true`)
const ofOwnersRun = listWhere((v) => sql`a.run_id = ${v.runId}`)

export async function findApproval(
  executor: Executor,
  query: { id: string; owner: string },
): Promise<Approval | null> {
  return firstApproval(await byId(executor, query))
}

const byId = statement<{ id: string; owner: string }, ApprovalTable>(
  (_db, v) => sql`select * from ${t.approval} where id = ${v.id} and owner = ${v.owner}`,
)

/** Whoever the owner is. */
export async function findApprovalOfAnyone(
  executor: Executor,
  query: { id: string },
): Promise<Approval | null> {
  return firstApproval(await byIdAlone(executor, query))
}

const byIdAlone = statement<{ id: string }, ApprovalTable>(
  (_db, v) => sql`select * from ${t.approval} where id = ${v.id}`,
)

export function firstApproval(rows: ApprovalTable[]): Approval | null {
  const row = first(rows)
  return row === null ? null : toApproval(row)
}

export function toApproval(row: ApprovalTable): Approval {
  return {
    id: row.id,
    runId: row.run_id,
    owner: row.owner,
    path: callPath(row),
    kind: row.interrupted_attempt === 0 ? 'call' : 'interrupted',
    toolName: row.tool_name,
    agentName: row.agent_name,
    arguments: fromJson(row.arguments),
    editedArguments: row.edited_arguments === null ? null : fromJson(row.edited_arguments),
    status: row.status,
    restOfRun: row.rest_of_run === 1,
    message: row.message,
    result: row.result === null ? null : fromJson(row.result),
    decidedBy: row.decided_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
  }
}

/**
 * A path is asked about once before its call, and once for each attempt that was cut off inside it: `r/m0/t0!2`. Its
 * own unique index stays as it was, because workers of the version before rely on it during a deploy.
 */
export function questionPath(callPath: string, interruptedAttempt: number): string {
  return interruptedAttempt === 0 ? callPath : `${callPath}!${interruptedAttempt}`
}

const callPath = (row: ApprovalTable) => row.path.replace(/!\d+$/, '')
