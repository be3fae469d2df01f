import type { Approval } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import { findApprovalOfAnyone } from '../store/approvals.ts'
import type { Runtime } from './runtime.ts'

/** Looks an approval up whoever its owner is, for an app that lets others decide: who asks is checked by the caller. */
export function anyonesApproval(runtime: Runtime, ready: () => Promise<void>) {
  return async (query: { id: string }): Promise<Approval> => {
    await ready()
    const approval = await runtime.database.read(async (executor) =>
      findApprovalOfAnyone(executor, query),
    )
    if (approval !== null) return approval
    throw new AgenticError('not_found', `There is no approval ${JSON.stringify(query.id)}.`)
  }
}
