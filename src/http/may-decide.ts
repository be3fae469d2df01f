import type { Approval } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import type { HttpConfig } from './deps.ts'
import type { Call } from './route.ts'

type Asked = Pick<Call, 'deps' | 'request' | 'original' | 'owner'>

/** One's own, or someone else's that the app lets one decide. Anything else is not there, whatever the reason. */
export async function visibleApproval(asked: Asked, id: string): Promise<Approval> {
  const { deps, owner } = asked
  if (deps.config.canApprove === undefined) return deps.approvals.get({ owner, id })
  const approval = await deps.approvalOfAnyone({ id })
  if (approval.owner === owner || (await mayDecide(asked, approval))) return approval
  throw new AgenticError('not_found', `There is no approval ${JSON.stringify(id)} of yours.`)
}

/** As one may see it, if one may decide it as well: an app can want that nobody decides what they asked for. */
export async function decidableApproval(asked: Asked, id: string): Promise<Approval> {
  const approval = await visibleApproval(asked, id)
  const { deps, owner } = asked
  if (deps.config.canApprove === undefined || approval.owner !== owner) return approval
  if (await mayDecide(asked, approval)) return approval
  throw new AgenticError(
    'not_allowed_to_decide',
    `You may not decide about ${approval.toolName} yourself; somebody else has to.`,
  )
}

/** Of a decision for the rest of a run, which decides the calls alike that wait beside it: these have to be theirs, too. */
export async function assertMayDecideAlike(asked: Asked, approval: Approval): Promise<void> {
  const { deps } = asked
  if (deps.config.canApprove === undefined) return
  const { id, owner, runId, toolName, agentName } = approval
  const pending = await deps.approvals.list({ owner, runId, status: 'pending' })
  const isAlike = (one: Approval) =>
    one.kind === 'call' && one.toolName === toolName && one.agentName === agentName
  for (const one of pending) {
    if (one.id === id || !isAlike(one) || (await mayDecide(asked, one))) continue
    throw new AgenticError(
      'not_allowed_to_decide',
      `You may not decide about every call of ${toolName} that waits in this run. Decide about this one alone, without \`rest_of_run\`.`,
    )
  }
}

/** What the app says. One that fails says nothing about the caller: 503, and nothing is decided. */
async function mayDecide(
  { deps: { config }, request, original }: Asked,
  approval: Approval,
): Promise<boolean> {
  try {
    const answer: unknown = await ask(config, request, approval, original)
    if (typeof answer === 'boolean') return answer
    throw new TypeError(`\`canApprove\` must answer true or false, got ${typeof answer}.`)
  } catch (cause) {
    throw new AgenticError('approver_unavailable', '`canApprove` failed.', { cause })
  }
}

async function ask(
  { canApprove }: HttpConfig,
  request: Request,
  approval: Approval,
  original: unknown,
): Promise<unknown> {
  return canApprove?.(request, approval, original)
}
