import { Usage, type ModelRequest, type ModelResponse, type StreamEvent } from '@openai/agents'
import { TurnModel } from './turn-model.ts'

/** What each response of a `MeteredModel` used. */
const metered = {
  inputTokens: 100,
  outputTokens: 30,
  totalTokens: 130,
  inputTokensDetails: { cached_tokens: 40, cache_write_tokens: 8 },
  outputTokensDetails: { reasoning_tokens: 12 },
}

/** As `TurnModel`, of a provider that says what was read from its cache, and how much the model thought. */
export class MeteredModel extends TurnModel {
  override async getResponse(request: ModelRequest): Promise<ModelResponse> {
    return { ...(await super.getResponse(request)), usage: new Usage(metered) }
  }

  override async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    for await (const event of super.getStreamedResponse(request)) {
      if (event.type === 'response_done') event.response.usage = metered
      yield event
    }
  }
}

/** Sums of so many responses of metered models, each of which costs so much. */
export function meteredSums(requests: number, each: number | null) {
  return {
    requests,
    inputTokens: requests * 100,
    cachedInputTokens: requests * 40,
    outputTokens: requests * 30,
    reasoningTokens: requests * 12,
    totalTokens: requests * 130,
    cost: each === null && requests > 0 ? null : requests * (each ?? 0),
    knownCost: requests * (each ?? 0),
    unpricedRequests: each === null ? requests : 0,
  }
}
