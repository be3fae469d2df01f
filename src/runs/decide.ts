import { isSameDecision, verdictOn, type DecideQuery, type Verdict } from '../approvals/decision.ts'
import type { Approval } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import { findApproval } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { decideAlike, decideApproval } from '../store/decisions.ts'
import { conclude, tellConcluded, type Concluded } from './after-decision.ts'
import type { Note, Runtime } from './runtime.ts'

interface Decided {
  approval: Approval
  /** Null when it was decided before, just so. */
  concluded: Concluded | null
}

/**
 * Decides once: the same decision again answers with the approval as it is. When nothing of the run waits any more,
 * the run becomes claimable in the same transaction; the wake-up afterwards may be lost without harm.
 */
export async function decide(
  runtime: Runtime,
  query: DecideQuery,
  note?: Note<Approval>,
): Promise<Approval> {
  const asked = await runtime.database.read(async (executor) => find(executor, query))
  const verdict = verdictOn(asked, query, runtime.config.limits)
  const { approval, concluded } = await runtime.database.write(
    async (executor) => write(runtime, executor, asked, verdict, note),
    { owner: asked.owner, runId: asked.runId },
  )
  if (concluded !== null) await tellConcluded(runtime, concluded)
  return approval
}

async function find(
  executor: Executor,
  { id, owner }: Pick<DecideQuery, 'id' | 'owner'>,
): Promise<Approval> {
  const approval = await findApproval(executor, { id, owner })
  if (approval !== null) return approval
  throw new AgenticError('not_found', `There is no approval ${JSON.stringify(id)} of yours.`)
}

async function write(
  runtime: Runtime,
  executor: Executor,
  { id, owner, kind }: Approval,
  verdict: Verdict,
  note: Note<Approval> | undefined,
): Promise<Decided> {
  const approval = await decideApproval(executor, { id, owner, kind, ...verdict })
  if (approval === null) {
    return {
      approval: decidedBefore(await find(executor, { id, owner }), verdict),
      concluded: null,
    }
  }
  await note?.(executor, approval)
  const others = verdict.restOfRun ? await decideAlike(executor, approval) : []
  return { approval, concluded: await conclude(runtime, executor, [approval, ...others]) }
}

function decidedBefore(approval: Approval, verdict: Verdict): Approval {
  if (approval.status !== 'pending' && isSameDecision(approval, verdict)) return approval
  throw new AgenticError(
    'already_decided',
    `The call of ${approval.toolName} cannot be ${verdict.status} now: ${stateOf(approval)}. Reload to see where the run stands.`,
  )
}

function stateOf({ status, decidedBy, decidedAt, expiresAt }: Approval): string {
  if (status === 'undecided') return 'its run has ended'
  const at = (moment: number | null) => new Date(moment ?? 0).toISOString()
  if (status === 'pending') {
    // The statement that decides knows the time and the run; it does not say which of them it was.
    return expiresAt === null
      ? 'its run has ended'
      : `its run has ended, or its time was over at ${at(expiresAt)}`
  }
  if (decidedBy === null)
    return `nobody had decided in time, by ${at(decidedAt)}, so it was ${status}`
  return `it was ${status} by ${decidedBy} at ${at(decidedAt)}`
}
