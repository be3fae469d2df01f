import type { AdminApi, SearchedPage } from '../core/admin.ts'
import type { Approval } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import { decide } from '../runs/decide.ts'
import type { Runtime } from '../runs/runtime.ts'
import {
  approvalBound,
  manyWait,
  newestApprovals,
  ownerOfApproval,
  pendingApprovals,
  pendingOfRuns,
  type ApprovalsQuery,
} from '../store/admin-approvals.ts'
import { addAudit } from '../store/audit.ts'
import type { Executor } from '../store/database.ts'
import { momentOf } from './id-times.ts'
import { mostLookedAt } from './search.ts'

/** So many runs that wait are asked one by one. */
const mostWaiting = 1_000

export async function approvalsPage(
  executor: Executor,
  query: Pick<ApprovalsQuery, 'owner' | 'status' | 'limit'> & { cursor: string | null },
): Promise<SearchedPage<Approval>> {
  const { owner, status, limit, cursor } = query
  const isPending = status === 'pending'
  const after = cursor ?? (isPending ? '' : 'g')
  const asked = { owner, status: isPending ? null : status, after, upTo: null, limit: limit + 1 }
  if (isPending && !(await manyWait(executor, { many: mostWaiting }))) {
    return pageOf(await pendingOfRuns(executor, asked), limit, null)
  }
  const skip = mostLookedAt
  const upTo = await approvalBound(executor, { pending: isPending, owner, after, skip })
  const list = isPending ? pendingApprovals : newestApprovals
  return pageOf(await list(executor, { ...asked, upTo }), limit, upTo)
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
      details: { run_id: runId, path, tool_name: toolName },
    })
  })
}
