import { Usage } from '@openai/agents'
import type { Answered, ModelFacts } from '../telemetry/model-call.ts'
import type { SessionItem } from '../core/session.ts'
import { toJson } from '../store/json.ts'
import { compare } from './divergence.ts'
import { usageOf } from './held.ts'
import { outputEvents } from './model-events.ts'
import { answeredModel, modelName } from './model-name.ts'
import {
  givenResults,
  knownNames,
  readResponse,
  registerCalls,
  withUniqueCallIds,
  writeResponse,
  type RecordedResponse,
} from './responses.ts'
import { scopes, type ProviderScope, type RunScope, type Scope } from './scope.ts'
import type { NewStep } from './journal.ts'
import type { ItemSeen, ModelCall, ModelResponseSeen, StreamEventSeen } from './seams.ts'
import { stopIfAsked } from './stop.ts'
import { recordedUsage, tokensOf } from './tokens.ts'
import { recordLateResults } from './tool-timeouts.ts'

/**
 * Model calls of a scope are numbered; a number that is recorded answers from the journal, the first that is not is
 * where real work resumes. The number advances on success only: the SDK's retries call again for the same one.
 */
export async function getResponse(
  scope: Scope,
  call: ModelCall<Promise<ModelResponseSeen>>,
): Promise<ModelResponseSeen> {
  if (scope.kind !== 'run') return call.proceed()
  const path = await beginCall(scope)
  const recorded = await replay(scope, path, call)
  if (recorded !== null) return toResponse(recorded)
  await recordLateResults(scope, call.request)
  const began = performance.now()
  const ask = async () => asProvider(scope, call.proceed)
  const response = await noting(scope, scope.trace.model(traced(scope, call, false), ask))
  return record(scope, { path, began }, call, response, answeredModel(response.providerData))
}

export async function* streamResponse(
  scope: Scope,
  call: ModelCall<AsyncIterable<StreamEventSeen>>,
): AsyncIterable<StreamEventSeen> {
  if (scope.kind !== 'run') {
    yield* call.proceed()
    return
  }
  const path = await beginCall(scope)
  const recorded = await replay(scope, path, call)
  if (recorded !== null) {
    yield { type: 'response_started' }
    yield toStreamEnd(toResponse(recorded))
    return
  }
  await recordLateResults(scope, call.request)
  yield* live(scope, path, call)
}

async function* live(
  scope: RunScope,
  path: string,
  call: ModelCall<AsyncIterable<StreamEventSeen>>,
): AsyncIterable<StreamEventSeen> {
  const { journal } = scope
  let answered: string | null = null
  const began = performance.now()
  journal.deltas.begin(path, journal.attempt)
  const trace = scope.trace.startModel(traced(scope, call, true))
  const events = asProvider(scope, call.proceed)[Symbol.asyncIterator]()
  const ask = async () =>
    noting(
      scope,
      asProvider(scope, async () => events.next()),
    )
  try {
    // The first question makes the request, which is what others trace.
    for (let next = await trace.within(ask); next.done !== true; next = await ask()) {
      const event = next.value
      if (event.type === 'response_done') trace.succeeded(answerOf(event))
      if (journal.latch.isHard) stopIfAsked(scope)
      if (event.type === 'output_text_delta') journal.deltas.add(path, event.delta ?? '')
      answered ??= answeredModel(event.response?.providerData ?? event.providerData)
      yield event.type === 'response_done'
        ? await recordEnd(scope, { path, began }, call, event, answered)
        : event
    }
  } catch (error) {
    trace.failed(error)
    throw error
  } finally {
    trace.failed('stopped')
    await journal.deltas.end(path)
    await asProvider(scope, async () => events.return?.())
  }
}

/** A call under way, and since when by this process's clock. */
interface Begun {
  path: string
  began: number
}

function traced(scope: RunScope, call: ModelCall<unknown>, isStreamed: boolean): ModelFacts {
  const { model, request } = call
  return {
    model: modelName(scope, call, null),
    // As far as it can be told: of models of others all that is known is their class.
    provider: model.kind.startsWith('OpenAI') ? 'openai' : model.kind,
    isStreamed,
    agentName: scope.agentName,
    request,
  }
}

function answerOf({ response }: StreamEventSeen): Answered {
  const { usage = {}, output = [], id } = response ?? {}
  return { usage, output, responseId: id }
}

async function recordEnd(
  scope: RunScope,
  begun: Begun,
  call: ModelCall<unknown>,
  event: StreamEventSeen,
  answered: string | null,
): Promise<StreamEventSeen> {
  const { response } = event
  if (response === undefined) return event
  const { output, usage, id: responseId } = response
  const whole = { output, usage: recordedUsage(usage), responseId }
  const recorded = await record(scope, begun, call, whole, answered)
  return { ...event, response: { ...response, output: recorded.output } }
}

/** Remembers what the provider threw, so that a run it ends is said to have failed by its model. */
async function noting<T>(scope: RunScope, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error) scope.journal.modelErrors.add(error)
    throw error
  }
}

async function beginCall(scope: RunScope): Promise<string> {
  await scope.journal.flush()
  await scope.journal.assertLeased()
  stopIfAsked(scope)
  return `${scope.path}/m${scope.responses}`
}

async function replay(
  scope: RunScope,
  path: string,
  call: ModelCall<unknown>,
): Promise<RecordedResponse | null> {
  const step = await scope.journal.recorded(path)
  if (step === null) return null
  stopIfAsked(scope)
  const recorded = readResponse(step)
  await compare(scope, step, recorded, call.request)
  scope.responses += 1
  registerCalls(scope, path, recorded.output)
  return recorded
}

async function record(
  scope: RunScope,
  { path, began }: Begun,
  call: ModelCall<unknown>,
  response: ModelResponseSeen,
  answered: string | null,
): Promise<ModelResponseSeen> {
  const tookMs = Math.floor(performance.now() - began)
  const { journal } = scope
  const { request } = call
  if (journal.latch.isHard) stopIfAsked(scope)
  // Too late for the SDK's own time limit: nobody is given this response.
  request.signal?.throwIfAborted()
  const output = withUniqueCallIds(scope, request, response.output)
  const normal = { ...response, output }
  await journal.deltas.end(path)
  const handoffs = new Set(request.handoffs.map((handoff) => handoff.toolName))
  const name = modelName(scope, call, answered)
  const { cacheWriteTokens, ...tokens } = tokensOf(response.usage)
  const { agentName } = scope
  const cost = journal.costOf({ ...tokens, cacheWriteTokens, model: name, agentName })
  const step: NewStep = {
    path,
    kind: 'model',
    agentName,
    name,
    callId: null,
    arguments: null,
    effectiveArguments: null,
    result: writeResponse(normal, knownNames(request)),
    given: toJson(givenResults(scope, request)),
    ...tokens,
    cost,
    tookMs,
  }
  const events = outputEvents(output as SessionItem[], { path, agent: agentName, handoffs })
  const usage = usageOf({ ...tokens, cost })
  // The run ends with this response: both are written in one transaction.
  if (scope.path === 'r' && !scope.hasOutputGuardrails && isLast(output))
    journal.hold(step, events, usage)
  else await journal.record(step, events, usage)
  // When the time limit passed meanwhile, the SDK's next try is answered with what is recorded now.
  request.signal?.throwIfAborted()
  scope.responses += 1
  registerCalls(scope, path, output)
  // A class instance stays one: the SDK adds `usage` up by its methods.
  response.output = output
  return response
}

/** A message and no call: the SDK takes it for the final output, or asks again, which writes what is held first. */
function isLast(output: ItemSeen[]): boolean {
  const isMessage = (item: ItemSeen) => item.type === 'message' || item.type === undefined
  return (
    output.some(isMessage) && output.every((item) => isMessage(item) || item.type === 'reasoning')
  )
}

function toResponse(recorded: RecordedResponse): ModelResponseSeen {
  return {
    output: recorded.output,
    // The SDK adds usages up by the fields and methods of its class.
    usage: new Usage(recorded.usage),
    ...(recorded.responseId === null ? {} : { responseId: recorded.responseId }),
  }
}

function toStreamEnd(response: ModelResponseSeen): StreamEventSeen {
  const { output, usage, responseId = 'replayed' } = response
  return { type: 'response_done', response: { id: responseId, output, usage } }
}

/** Runs the provider's own code where nothing is journalled a second time. */
function asProvider<T>(scope: RunScope, run: () => T): T {
  const { seams, journal, path } = scope
  const inside: ProviderScope = { kind: 'provider', seams, journal, path }
  return scopes.run(inside, run)
}
