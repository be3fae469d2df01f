import { firstTime } from './instrument.ts'
import { ControlStop } from './control.ts'
import { scopes } from './scope.ts'
import type { ModelRequestSeen, ModelResponseSeen, StreamEventSeen } from './seams.ts'

interface ModelLike {
  model?: unknown
  getResponse(request: ModelRequestSeen): Promise<ModelResponseSeen>
  getStreamedResponse(request: ModelRequestSeen): AsyncIterable<StreamEventSeen>
  getRetryAdvice?(args: { error: unknown }): unknown
}

interface ProviderLike {
  getModel(name?: string): unknown
}

/** Makes every model that a provider hands out pass through the scope's seams. */
export function instrumentProvider(provider: object): void {
  if (!firstTime(provider, 'The model provider')) return
  const target = provider as ProviderLike
  const original = target.getModel
  target.getModel = function getModel(this: ProviderLike, name?: string) {
    const model = original.call(this, name)
    if (scopes.getStore() === undefined) return model
    if (!(model instanceof Promise)) return adopt(model, name)
    return model.then((resolved: unknown) => adopt(resolved, name))
  }
}

function adopt(model: unknown, name: string | undefined): unknown {
  instrumentModel(model, name)
  return model
}

export function instrumentModel(model: unknown, name?: string): void {
  if (!isModel(model) || !firstTime(model, 'The model')) return
  const { getResponse, getStreamedResponse, getRetryAdvice } = model
  const modelName = name ?? nameOf(model)

  model.getResponse = async function (this: ModelLike, request) {
    const scope = scopes.getStore()
    const proceed = async () => getResponse.call(this, request)
    if (scope === undefined) return proceed()
    return scope.seams.getResponse(scope, { modelName, request, proceed })
  }
  model.getStreamedResponse = function (this: ModelLike, request) {
    const scope = scopes.getStore()
    const proceed = () => getStreamedResponse.call(this, request)
    if (scope === undefined) return proceed()
    return scope.seams.streamResponse(scope, { modelName, request, proceed })
  }
  model.getRetryAdvice = function (this: ModelLike, args) {
    // A retry-everything policy must not call again after the attempt was stopped.
    if (args.error instanceof ControlStop) return { suggested: false, replaySafety: 'unsafe' }
    return getRetryAdvice?.call(this, args)
  }
}

function isModel(value: unknown): value is ModelLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'getResponse' in value &&
    'getStreamedResponse' in value
  )
}

function nameOf(model: ModelLike): string {
  if (typeof model.model === 'string') return model.model
  return model.constructor?.name ?? 'model'
}
