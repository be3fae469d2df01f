import type { Approval, Decision } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import type { NewEvent, RunEvent } from '../core/event.ts'
import { decideApproval, findApproval, hasPendingApproval } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { appendEvents } from '../store/append-events.ts'
import { findRun } from '../store/find-runs.ts'
import { releaseRun } from '../store/move-run.ts'
import { announce, wake, type Runtime } from './runtime.ts'

export interface DecideQuery {
  owner: string
  id: string
  decision: Decision
  message?: string | undefined
  decidedBy?: string | undefined
}

interface Decided {
  approval: Approval
  events: RunEvent[]
}

/**
 * Decides once: the same decision again answers with the approval as it is. When nothing of the run waits any more,
 * the run becomes claimable in the same transaction; the wake-up afterwards may be lost without harm.
 */
export async function decide(runtime: Runtime, query: DecideQuery): Promise<Approval> {
  checkDecision(query)
  const { approval, events } = await runtime.database.write(
    async (executor) => write(runtime, executor, query),
    { owner: query.owner },
  )
  announce(runtime, query.owner, events)
  if (events.length > 0) wake(runtime, approval.runId)
  return approval
}

async function write(runtime: Runtime, executor: Executor, query: DecideQuery): Promise<Decided> {
  const { owner, id, decision, message = null, decidedBy = owner } = query
  const status = decision === 'approve' ? 'approved' : 'rejected'
  const approval = await decideApproval(executor, { id, owner, status, message, decidedBy })
  if (approval === null)
    return { approval: await decidedBefore(executor, query, status), events: [] }
  const event: NewEvent = {
    type: 'tool_approval_decided',
    payload: {
      approval_id: id,
      path: approval.path,
      tool_name: approval.toolName,
      decision: status,
    },
  }
  const { runId } = approval
  const noted = await appendEvents(executor, { runId, events: runtime.shape([event]) })
  return { approval, events: [...noted, ...(await resume(runtime, executor, approval))] }
}

async function decidedBefore(
  executor: Executor,
  query: DecideQuery,
  status: Approval['status'],
): Promise<Approval> {
  const { id, owner } = query
  const approval = await findApproval(executor, { id, owner })
  if (approval === null) {
    throw new AgenticError('not_found', `There is no approval ${JSON.stringify(id)} of yours.`)
  }
  if (approval.status === status) return approval
  const what = approval.status === 'pending' ? 'its run has ended' : `it was ${approval.status}`
  throw new AgenticError(
    'already_decided',
    `The approval of ${approval.toolName} cannot be ${status}: ${what}. Reload to see where the run stands.`,
  )
}

async function resume(
  runtime: Runtime,
  executor: Executor,
  approval: Approval,
): Promise<RunEvent[]> {
  const { runId, owner } = approval
  if (await hasPendingApproval(executor, { runId })) return []
  const run = await findRun(executor, { id: runId, owner })
  // A run that is still running looks at its approvals itself before it goes to wait.
  if (run?.status !== 'awaiting_approval') return []
  const events = runtime.shape([{ type: 'run.resumed', payload: {} }])
  const moved = await releaseRun(executor, {
    id: runId,
    attempt: run.attempt,
    from: 'awaiting_approval',
    to: 'pending',
    turn: 0,
    stalled: null,
    events,
  })
  return moved?.events ?? []
}

function checkDecision({ decision, message, decidedBy }: DecideQuery): void {
  if (decision !== 'approve' && decision !== 'reject') {
    throw new AgenticError(
      'invalid_request',
      `\`decision\` is ${JSON.stringify(decision)}. Accepted are "approve" and "reject".`,
    )
  }
  for (const [name, text] of Object.entries({ message, decidedBy })) {
    const isFine = text === undefined || (text.length <= 4000 && !text.includes('\0'))
    if (!isFine || (text !== undefined && !text.isWellFormed())) {
      throw new AgenticError(
        'invalid_request',
        `\`${name}\` must be a text of at most 4000 characters.`,
      )
    }
  }
}
