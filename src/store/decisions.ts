import { sql } from 'kysely'
import type { Approval, ApprovalKind, ApprovalStatus } from '../core/approval.ts'
import { firstApproval, toApproval } from './approvals.ts'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'
import type { ApprovalTable } from './tables.ts'

export interface DecisionValues {
  id: string
  owner: string
  kind: ApprovalKind
  status: Exclude<ApprovalStatus, 'pending'>
  restOfRun: boolean
  message: string | null
  editedArguments: string | null
  result: string | null
  decidedBy: string
}

/**
 * Decides a pending approval of a run that still wants it; null when it is not pending any more. Once its time is over
 * nobody can decide it, whether or not a sweep has rejected it by then.
 */
export async function decideApproval(
  executor: Executor,
  values: DecisionValues,
): Promise<Approval | null> {
  const restOfRun = values.restOfRun ? 1 : 0
  const isInterrupted = values.kind === 'interrupted' ? 1 : 0
  return firstApproval(await decide(executor, { ...values, restOfRun, isInterrupted }))
}

type DecideValues = Omit<DecisionValues, 'restOfRun' | 'kind'> & {
  restOfRun: number
  isInterrupted: number
}

const isWanted = sql`exists (select 1 from ${t.run} as r
  where r.id = run_id and r.finished_at is null)`

const decide = statement<DecideValues, ApprovalTable>(
  (_db, v, facts) => sql`
    update ${t.approval} set status = ${v.status}, rest_of_run = ${v.restOfRun},
      message = ${v.message}, result = ${v.result},
      edited_arguments = coalesce(${v.editedArguments}, edited_arguments),
      decided_by = ${v.decidedBy}, decided_at = ${facts.now}
    where id = ${v.id} and owner = ${v.owner} and status = 'pending'
      and (case when interrupted_attempt = 0 then 0 else 1 end) = ${v.isInterrupted}
      and (expires_at is null or expires_at > ${facts.now}) and ${isWanted}
    returning *`,
)

export interface AlikeValues {
  runId: string
  toolName: string
  agentName: string
  status: ApprovalStatus
  message: string | null
  decidedBy: string | null
}

/** Decides what else is pending of a tool in a run, as one call of it was decided for the rest of the run. */
export async function decideAlike(executor: Executor, values: AlikeValues): Promise<Approval[]> {
  return (await alike(executor, values)).map(toApproval)
}

const alike = statement<AlikeValues, ApprovalTable>(
  (_db, v, facts) => sql`
    update ${t.approval} set status = ${v.status}, message = ${v.message},
      decided_by = ${v.decidedBy}, decided_at = ${facts.now}
    where run_id = ${v.runId} and tool_name = ${v.toolName}
      and agent_name = ${v.agentName} and status = 'pending'
      and interrupted_attempt = 0 and (expires_at is null or expires_at > ${facts.now})
    returning *`,
)

export type DueApproval = Pick<ApprovalTable, 'id' | 'owner' | 'run_id'>

/** Pending ones whose time is over, by the database's clock: those that waited longest. */
export async function dueApprovals(
  executor: Executor,
  query: { limit: number },
): Promise<DueApproval[]> {
  return due(executor, query)
}

const due = statement<{ limit: number }, DueApproval>(
  (_db, v, facts) => sql`
    select id, owner, run_id from ${t.approval}
    where status = 'pending' and expires_at is not null and expires_at <= (select ${facts.now})
    order by expires_at limit ${v.limit}`,
)

/** Decides for everybody who did not: null when somebody did, or when its run has ended. */
export async function expireApproval(
  executor: Executor,
  values: { id: string; callMessage: string; interruptedMessage: string },
): Promise<Approval | null> {
  return firstApproval(await expire(executor, values))
}

const expire = statement<
  { id: string; callMessage: string; interruptedMessage: string },
  ApprovalTable
>(
  (_db, v, facts) => sql`
    update ${t.approval} set
      status = case when interrupted_attempt = 0 then 'rejected' else 'failed' end,
      message = case when interrupted_attempt = 0 then cast(${v.callMessage} as text)
        else cast(${v.interruptedMessage} as text) end,
      decided_at = ${facts.now}
    where id = ${v.id} and status = 'pending' and expires_at <= ${facts.now} and ${isWanted}
    returning *`,
)

/** Of an ended run that a version before left pending: nobody waits for it, and no sweep is to look at it again. */
export async function forgetExpiry(executor: Executor, values: { id: string }): Promise<void> {
  await forget(executor, values)
}

const forget = statement<{ id: string }, never>(
  (_db, v) => sql`
    update ${t.approval} set expires_at = null
    where id = ${v.id} and status = 'pending' and not ${isWanted}`,
)

/** Of a run that has just ended: what waits for a decision will not get one. */
export async function leaveUndecided(executor: Executor, values: { runId: string }): Promise<void> {
  await leave(executor, values)
}

const leave = statement<{ runId: string }, never>(
  (_db, v) => sql`
    update ${t.approval} set status = 'undecided'
    where run_id = ${v.runId} and status = 'pending'`,
)
