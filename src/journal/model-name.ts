import type { RunScope } from './scope.ts'
import type { ModelCall } from './seams.ts'

/**
 * What the model of a call is called. First what the agent or its runner names, as the app knows it by that. Where
 * they name none: what the model object says of itself, which is the provider's default; or, where a stored prompt
 * may choose the model, what the provider answered.
 */
export function modelName(
  scope: RunScope,
  { model, request }: ModelCall<unknown>,
  answered: string | null,
): string {
  if (scope.askedModel !== null) return scope.askedModel
  const isOfPrompt = request.prompt !== undefined && request.overridePromptModel !== true
  const known = isOfPrompt ? (answered ?? model.name) : (model.name ?? answered)
  return known ?? model.kind
}

/** The name that a provider is asked for; null for none, or where the model is an object. */
export function askedName(agentModel: unknown, runnerModel: unknown): string | null {
  // As the SDK chooses: the agent's wins over its runner's, and an empty text stands for the default.
  return nonEmpty(agentModel) ?? (isNothing(agentModel) ? nonEmpty(runnerModel) : null)
}

/** The model that a response says it is of. */
export function answeredModel(providerData: unknown): string | null {
  if (typeof providerData !== 'object' || providerData === null) return null
  return 'model' in providerData ? nonEmpty(providerData.model) : null
}

export function nonEmpty(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function isNothing(model: unknown): boolean {
  return model === undefined || model === null || model === ''
}
