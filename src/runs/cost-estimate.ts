import type { AgenticConfig } from '../core/config.ts'
import type { Run } from '../core/run.ts'
import type { JournalOptions } from '../journal/journal.ts'

type CostOf = JournalOptions['costOf']

/**
 * Asks the app what a response costs. It is asked when the response is recorded, and never again: a price that changes
 * later changes nothing that was paid, and sums need no function. What it throws costs the run nothing.
 */
export function costEstimate(config: AgenticConfig, run: Run): CostOf {
  const { estimateCost, logger } = config
  if (estimateCost === undefined) return () => null
  const { owner, agentKey, id: runId } = run
  return ({ cachedTokens: cachedInputTokens, ...response }) => {
    try {
      const cost: unknown = estimateCost({ ...response, cachedInputTokens, owner, agentKey })
      if (cost === null) return null
      if (typeof cost === 'number' && Number.isFinite(cost) && cost >= 0) return cost
      // One that is async by mistake may reject as well.
      if (cost instanceof Promise) cost.catch(() => {})
      logger.warn(
        { runId, model: response.model, cost },
        '`estimateCost` answered neither null nor a number of at least 0: the cost counts as unknown',
      )
    } catch (error) {
      logger.warn(
        { error, runId, model: response.model },
        '`estimateCost` threw: the cost counts as unknown',
      )
    }
    return null
  }
}
