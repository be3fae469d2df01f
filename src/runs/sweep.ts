import { isAgenticError } from '../core/errors.ts'
import { hasPrunable, pruneDeltas } from '../store/events.ts'
import { forgottenLanes, giveTurn, waitingAgents } from '../store/turns.ts'
import { isAnyClaimable } from './claim.ts'
import { expireApprovals } from './expire.ts'
import { recoverExpired } from './recover.ts'
import { wake, type Runtime } from './runtime.ts'

/** What nobody would be told of: expired leases and approvals, lanes without a turn, deltas past their time. */
export async function sweep(runtime: Runtime): Promise<void> {
  await recoverExpired(runtime)
  await expireApprovals(runtime)
  if (!(await isAnyClaimable(runtime))) await remindLanes(runtime)
  await prune(runtime)
}

/** When nothing is claimable though runs wait, a limit was raised or removed since they gave up their turn. */
export async function remindLanes(runtime: Runtime): Promise<void> {
  const ownerLimit = runtime.config.limits.owner
  const lanes = await runtime.database.read(async (executor) =>
    forgottenLanes(executor, { ownerLimit }),
  )
  if (lanes.length === 0) return
  for (const lane of lanes) {
    const { owner } = lane
    const options = { owner, isBrief: true }
    await runtime.database
      .write(async (executor) => giveTurn(executor, lane), options)
      .catch((error: unknown) => {
        // The next sweep finds the lane again.
        if (!isAgenticError(error) || error.code !== 'database_locked') throw error
      })
  }
  wake(runtime, '')
}

/** Runs of an agent that is registered elsewhere, or nowhere any more, wait: nobody else would say so. */
export async function warnOfStrangers(runtime: Runtime): Promise<void> {
  const { agentKeys, logger } = runtime.config
  const waiting = await runtime.database.read(async (executor) => waitingAgents(executor))
  const unknown = waiting.filter((key) => !agentKeys.includes(key))
  if (unknown.length === 0) return
  logger.warn(
    { agents: unknown },
    'runs wait for agents that are not registered here; register them in some worker, or cancel the runs',
  )
}

async function prune(runtime: Runtime): Promise<void> {
  const { deltasMinutes: minutes } = runtime.config
  const isDue = await runtime.database.read(async (executor) => hasPrunable(executor, { minutes }))
  if (!isDue) return
  await runtime.database.write(async (executor) => pruneDeltas(executor, { minutes, limit: 20 }), {
    isLong: true,
  })
}
