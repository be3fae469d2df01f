import type { JsonValue } from './run.ts'

/**
 * `call`: a tool call that waits for a person before it is made. `interrupted`: one that was in flight at a crash, of
 * which nobody knows whether it happened.
 */
export const approvalKinds = ['call', 'interrupted'] as const
export type ApprovalKind = (typeof approvalKinds)[number]

/** What a person may decide, by kind, and the status that comes of it. */
export const decisions = {
  call: { approve: 'approved', reject: 'rejected' },
  /** It happened, with this result; make it once more; fail the run. */
  interrupted: { done: 'done', rerun: 'rerun', fail: 'failed' },
} as const satisfies Record<ApprovalKind, Record<string, string>>

export type Decision = 'approve' | 'reject' | 'done' | 'rerun' | 'fail'
/** `undecided`: nobody had decided when its run ended, and nobody can any more. */
export const approvalStatuses = [
  'pending',
  'approved',
  'rejected',
  'done',
  'rerun',
  'failed',
  'undecided',
] as const
export type ApprovalStatus = (typeof approvalStatuses)[number]

/** A tool call that waits for a person, or what was decided about it. */
export interface Approval {
  id: string
  runId: string
  owner: string
  /** Path of the tool call within the run, e.g. `r/m0/t0`. */
  path: string
  kind: ApprovalKind
  toolName: string
  agentName: string
  /** The arguments the model asked for, parsed when they are JSON. */
  arguments: JsonValue
  /** What the call is made with instead, when whoever approved it changed them; null when they did not. */
  editedArguments: JsonValue
  status: ApprovalStatus
  /** Whether the decision holds for later calls of this tool by this agent in the run as well. */
  restOfRun: boolean
  /** Sent to the model when rejected; why, when the run was failed. */
  message: string | null
  /** What the interrupted call is answered with when it is said to have happened; null otherwise. */
  result: JsonValue
  /** Who decided, as the caller of `decide` said; null while pending, and where nobody did, or not in time. */
  decidedBy: string | null
  /** Milliseconds since the epoch, by the database's clock, as all moments here. */
  createdAt: number
  /** When it is rejected, or an interrupted call's run failed, because nobody decided; null for never. */
  expiresAt: number | null
  decidedAt: number | null
}

/** A tool as an agent has it: another agent's may have the same name and do something else. */
export type ToolOfAgent = Pick<Approval, 'toolName' | 'agentName'>

/** The decision that holds for every further call of a tool in the run, if there is one: the first that was made. */
export function standingDecision(
  approvals: Approval[],
  { toolName, agentName }: ToolOfAgent,
): Approval | null {
  const standing = approvals
    .filter((one) => one.kind === 'call' && one.restOfRun)
    .filter((one) => one.toolName === toolName && one.agentName === agentName)
    .filter(({ status }) => status === 'approved' || status === 'rejected')
    .toSorted((a, b) => (a.decidedAt ?? 0) - (b.decidedAt ?? 0) || (a.id < b.id ? -1 : 1))
  return standing[0] ?? null
}
