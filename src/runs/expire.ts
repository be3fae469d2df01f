import { isAgenticError } from '../core/errors.ts'
import { dueApprovals, expireApproval, forgetExpiry, type DueApproval } from '../store/decisions.ts'
import { conclude, tellConcluded } from './after-decision.ts'
import type { Runtime } from './runtime.ts'

/** What a model is told. */
const callMessage = 'Nobody decided in time whether this call may be made, so it was not made.'
const interruptedMessage = 'nobody decided in time'

/** Decides about what nobody did in time: a call is rejected, a run whose call was interrupted fails. */
export async function expireApprovals(runtime: Runtime): Promise<void> {
  const due = await runtime.database.read(async (executor) => dueApprovals(executor, { limit: 50 }))
  for (const one of due) {
    await expireOne(runtime, one).catch((error: unknown) => {
      // The next sweep finds it again.
      if (!isAgenticError(error) || error.code !== 'database_locked') throw error
    })
  }
}

async function expireOne(runtime: Runtime, due: DueApproval): Promise<void> {
  const { id, owner, run_id: runId } = due
  const concluded = await runtime.database.write(
    async (executor) => {
      const approval = await expireApproval(executor, { id, callMessage, interruptedMessage })
      if (approval !== null) return conclude(runtime, executor, [approval])
      await forgetExpiry(executor, { id })
      return null
    },
    { owner, runId, isBrief: true },
  )
  if (concluded !== null) await tellConcluded(runtime, concluded)
}
