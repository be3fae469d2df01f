import type { ModelProvider } from '@openai/agents'
import type { Settings } from './settings.ts'

/** Where model names lead. Nothing of the SDK is loaded until a run asks for it. */
export async function createModelProvider({ model, delayMs }: Settings): Promise<ModelProvider> {
  if (model.kind === 'offline') {
    const { OfflineModel } = await import('./offline-model/offline-model.ts')
    const offline = new OfflineModel({ delayMs })
    return { getModel: () => offline }
  }
  const { OpenAIProvider } = await import('@openai/agents')
  // The provider's HTTP client tries again by itself (twice, minding Retry-After). It is the only one that does:
  // the agent sets no `modelSettings.retry`, so a failed request is not repeated by two parties at once.
  return new OpenAIProvider({
    apiKey: model.apiKey,
    baseURL: model.baseUrl,
    useResponses: model.api === 'responses',
  })
}
