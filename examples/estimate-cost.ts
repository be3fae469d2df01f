import type { ResponseUsage } from 'agentic-node'

/** Dollars for a million tokens: as they are, read from the cache, and written by the model. */
const prices: Record<string, { input: number; cached: number; output: number }> = {
  large: { input: 2, cached: 0.5, output: 8 },
  small: { input: 0.1, cached: 0.025, output: 0.4 },
}

/** For the setting `estimateCost`. */
export function estimateCost(response: ResponseUsage): number | null {
  const price = prices[response.model]
  if (price === undefined) return null
  const { inputTokens, cachedInputTokens, outputTokens } = response
  const input = (inputTokens - cachedInputTokens) * price.input + cachedInputTokens * price.cached
  return (input + outputTokens * price.output) / 1_000_000
}
