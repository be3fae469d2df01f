import type { Approval } from '../core/approval.ts'

/** What a model is told of a call that was cut off. */
export function effectUnknown(toolName: string): string {
  return `The call of ${toolName} was interrupted by a crash of the server. Its effect is unknown: it may or may not have happened. Check before you repeat it.`
}

/** Why a run failed whose call was cut off. */
export function interruptedMessage(
  { toolName, path }: Pick<Approval, 'toolName' | 'path'>,
  because: string,
): string {
  return `The call of \`${toolName}\` at ${path} was interrupted by a crash and its effect is unknown; ${because}. Check what happened, then retry the run; declare the tool \`{ interrupted: 'rerun' }\` if repeating it is safe.`
}

/** As it follows from what a person decided, or nobody did in time. */
export function decidedMessage(approval: Approval): string {
  const { message, decidedBy } = approval
  const who = decidedBy === null ? '' : `, as ${decidedBy} decided`
  return interruptedMessage(
    approval,
    `so the run fails${who}${message === null ? '' : `: ${message}`}`,
  )
}
