import type { Approval } from '../core/approval.ts'
import { effectUnknown } from '../journal/interrupted-message.ts'
import { toText } from '../journal/values.ts'
import type { StepTable } from '../store/tables.ts'

const notMade = 'This call was not made: the run was cancelled before.'
const notApproved = 'Tool execution was not approved.'

/** What a model is told later of a call of a turn that asked a person, and was open when its run was cancelled. */
export function answerToOpen(
  call: { name: string; path: string },
  steps: StepTable[],
  asked: Approval[],
): string {
  const { name, path } = call
  const own = asked.filter((one) => one.path === path)
  const done = own.findLast(({ status }) => status === 'done')
  if (done !== undefined) return toText(done.result)
  // Also inside an agent made into a tool, or a tool that runs one.
  const wasBegun = steps.some((step) => step.state === 'started' && isWithin(step.path, path))
  if (wasBegun) return effectUnknown(name)
  // Beside what a person was asked about.
  if (!asked.some((one) => isWithin(one.path, path))) return notMade
  const before = own.find(({ kind }) => kind === 'call')
  if (before?.status === 'approved') return notMade
  return before?.message ?? notApproved
}

export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`)
}
