import type { StepUsage } from '../store/steps.ts'
import type { TokenDetails, UsageSeen } from './seams.ts'

export interface Tokens extends Omit<StepUsage, 'cost'> {
  /** Of the input tokens, those written to a cache: some providers charge more for them. */
  cacheWriteTokens: number
}

/** What a response used, as its provider reported it: providers differ in what they leave out. */
export function tokensOf(usage: Partial<UsageSeen>): Tokens {
  const inputTokens = count(usage.inputTokens)
  const outputTokens = count(usage.outputTokens)
  return {
    inputTokens,
    cachedTokens: detail(usage.inputTokensDetails, 'cached_tokens'),
    cacheWriteTokens: detail(usage.inputTokensDetails, 'cache_write_tokens'),
    outputTokens,
    reasoningTokens: detail(usage.outputTokensDetails, 'reasoning_tokens'),
    totalTokens: count(usage.totalTokens ?? inputTokens + outputTokens),
  }
}

function detail(details: UsageSeen['inputTokensDetails'], name: string): number {
  const list = Array.isArray(details) ? details : [details]
  return list.reduce((sum, one) => sum + count(one?.[name]), 0)
}

/** Of a column of whole numbers; a provider that reports anything else reports nothing. */
function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

/** As it is recorded with the response, so that a replay hands the SDK what it was handed at first. */
export function recordedUsage(usage: Partial<UsageSeen>): UsageSeen & { requests: number } {
  const { inputTokens, outputTokens, totalTokens } = tokensOf(usage)
  return {
    requests: 1,
    inputTokens,
    outputTokens,
    totalTokens,
    ...numbers('inputTokensDetails', usage.inputTokensDetails),
    ...numbers('outputTokensDetails', usage.outputTokensDetails),
  }
}

function numbers<Name extends string>(
  name: Name,
  details: UsageSeen['inputTokensDetails'],
): { [key in Name]?: TokenDetails[] } {
  const list = (Array.isArray(details) ? details : [details]).flatMap((one) => {
    const known = Object.entries(one ?? {}).filter(([, value]) => typeof value === 'number')
    return known.length === 0 ? [] : [Object.fromEntries(known)]
  })
  return list.length === 0 ? {} : ({ [name]: list } as { [key in Name]?: TokenDetails[] })
}
