import type { AdminApi, SearchedPage } from '../core/admin.ts'
import type { Approval, ApprovalStatus } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import { decide } from '../runs/decide.ts'
import type { Runtime } from '../runs/runtime.ts'
import {
  approvalBound,
  askingRuns,
  newestApprovals,
  ownerOfApproval,
  pendingApprovals,
  pendingOfRuns,
  type ApprovalsQuery,
} from '../store/admin-approvals.ts'
import { addAudit } from '../store/audit.ts'
import type { Executor } from '../store/database.ts'
import { momentOf } from '../core/id-times.ts'
import { mostLookedAt } from './search.ts'

/** So many runs that wait are asked one by one. */
const mostWaiting = 1_000

interface PageQuery {
  owner: string | null
  status: ApprovalStatus | null
  limit: number
  cursor: string | null
}

export async function approvalsPage(
  executor: Executor,
  query: PageQuery,
): Promise<SearchedPage<Approval>> {
  const { owner, status, limit, cursor } = query
  return status === 'pending'
    ? pendingPage(executor, { owner, status: null, after: cursor ?? '', limit })
    : newestPage(executor, { owner, status, after: cursor ?? 'g', limit })
}

type Asked = Omit<ApprovalsQuery, 'upTo'>

async function pendingPage(executor: Executor, asked: Asked): Promise<SearchedPage<Approval>> {
  const { limit, after } = asked
  const more = { ...asked, limit: limit + 1 }
  const { waiting, running, givenBack } = await askingRuns(executor, { limit: mostWaiting })
  if (waiting.length < mostWaiting && running.length < mostWaiting) {
    const runs = [...waiting, ...running, ...givenBack]
    return pageOf(await pendingOfRuns(executor, { ...more, runs, upTo: null }), limit, null)
  }
  const upTo = await approvalBound(executor, { isPending: true, after, skip: mostLookedAt })
  return pageOf(await pendingApprovals(executor, { ...more, upTo }), limit, upTo)
}

async function newestPage(executor: Executor, asked: Asked): Promise<SearchedPage<Approval>> {
  const { owner, status, limit, after } = asked
  // Those of one status are found by an index, an owner's in any status are not.
  const upTo =
    owner !== null && status === null
      ? await approvalBound(executor, { isPending: false, after, skip: mostLookedAt })
      : null
  return pageOf(await newestApprovals(executor, { ...asked, limit: limit + 1, upTo }), limit, upTo)
}

function pageOf(found: Approval[], limit: number, upTo: string | null): SearchedPage<Approval> {
  const data = found.slice(0, limit)
  if (found.length > limit) {
    return { data, nextCursor: data.at(-1)?.id ?? null, searchedTo: null }
  }
  return { data, nextCursor: upTo, searchedTo: upTo === null ? null : momentOf(upTo) }
}

/** Decides for whoever the owner is, with who it was in the transaction of the decision. */
export async function decideAny(
  runtime: Runtime,
  query: Parameters<AdminApi['approvals']['decide']>[0],
): Promise<Approval> {
  const { actor, ...decision } = query
  const { id } = decision
  const owner = await runtime.database.read(async (executor) => ownerOfApproval(executor, { id }))
  if (owner === null) {
    throw new AgenticError('not_found', `There is no approval ${JSON.stringify(id)}.`)
  }
  return decide(runtime, { ...decision, owner, decidedBy: actor }, async (executor, approval) => {
    const { runId, path, toolName } = approval
    await addAudit(executor, {
      actor,
      action: decision.decision,
      target: 'approval',
      targetId: id,
      owner,
      details: {
        ...{ run_id: runId, path, tool_name: toolName },
        ...(approval.restOfRun && { rest_of_run: true }),
        ...(approval.editedArguments !== null && { edited: true }),
      },
    })
  })
}
