import { firstTime } from './instrument.ts'
import { ControlStop } from './control.ts'
import { scopes } from './scope.ts'
import { nonEmpty } from './model-name.ts'
import type { ModelRequestSeen, ModelResponseSeen, ModelSeen, StreamEventSeen } from './seams.ts'

interface ModelLike {
  model?: unknown
  _model?: unknown
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
    if (!(model instanceof Promise)) return adopt(model)
    return model.then(adopt)
  }
}

function adopt(model: unknown): unknown {
  instrumentModel(model)
  return model
}

export function instrumentModel(model: unknown): void {
  if (!isModel(model) || !firstTime(model, 'The model')) return
  const { getResponse, getStreamedResponse, getRetryAdvice } = model
  const seen = seenOf(model)

  model.getResponse = async function (this: ModelLike, request) {
    const scope = scopes.getStore()
    const proceed = async () => getResponse.call(this, request)
    if (scope === undefined) return proceed()
    return scope.seams.getResponse(scope, { model: seen, request, proceed })
  }
  model.getStreamedResponse = function (this: ModelLike, request) {
    const scope = scopes.getStore()
    const proceed = () => getStreamedResponse.call(this, request)
    if (scope === undefined) return proceed()
    return scope.seams.streamResponse(scope, { model: seen, request, proceed })
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

/** The SDK's own models keep their name under `_model`, or to themselves. */
function seenOf(model: ModelLike): ModelSeen {
  const name = nonEmpty(model.model) ?? nonEmpty(model['_model'])
  return { name, kind: nonEmpty(model.constructor?.name) ?? 'model' }
}
