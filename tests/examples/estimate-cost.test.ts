import { expect, test } from 'vitest'
import { estimateCost } from '../../examples/estimate-cost.ts'

const response = {
  model: 'large',
  agentKey: 'desk',
  agentName: 'Desk',
  owner: 'ada',
  inputTokens: 1_000_000,
  cachedInputTokens: 400_000,
  cacheWriteTokens: 0,
  outputTokens: 500_000,
  reasoningTokens: 200_000,
  totalTokens: 1_500_000,
}

test('the example of a cost takes what was read from the cache at its own price', () => {
  expect(estimateCost(response)).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 0.5 * 8, 10)
})

test('and knows no cost of a model without a price', () => {
  expect(estimateCost({ ...response, model: 'unheard of' })).toBeNull()
})
