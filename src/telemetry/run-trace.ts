import { context, trace, type Context, type Span } from '@opentelemetry/api'
import type { AttemptTrace } from './attempt-trace.ts'
import type { CallTrace } from './call-trace.ts'
import { errorTypeOf, setFailed } from './error-type.ts'
import { startModelCall, type Answered, type ModelFacts } from './model-call.ts'
import { startToolCall, type ToolFacts } from './tool-call.ts'

/** One `run()` of the SDK: the calls made in it are children of its span. */
export class RunTrace {
  protected readonly attempt: AttemptTrace
  readonly #begin: () => Span
  readonly #parent: Context
  /** Null while none of its calls was really made. */
  protected span: Span | null = null

  /** `begin` is called with the first call that is really made: a run that is all replayed has no span. */
  constructor(attempt: AttemptTrace, begin: () => Span, parent: Context) {
    this.attempt = attempt
    this.#begin = begin
    this.#parent = parent
  }

  /** A run of an agent inside this one, or inside one of its calls: whoever begins it is its parent. */
  nested(agentName: string): RunTrace {
    const { tracer, common } = this.attempt
    const startTime = Date.now()
    const active = context.active()
    const isInside = trace.getSpan(active) !== undefined
    const begin = () => {
      const attributes = {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': agentName,
        ...common,
      }
      const parent = isInside ? active : this.context
      return tracer.startSpan(`invoke_agent ${agentName}`, { attributes, startTime }, parent)
    }
    return new NestedTrace(this.attempt, begin, active, agentName)
  }

  /** What is begun in this run belongs here. */
  get context(): Context {
    return trace.setSpan(this.#parent, this.#started())
  }

  handedOver(from: string, to: string): void {
    const attributes = { 'agentic.handoff.from': from, 'agentic.handoff.to': to }
    this.#started().addEvent('agentic.handoff', attributes)
  }

  /** A call of a model; the caller says how it ended. */
  startModel(facts: ModelFacts): CallTrace<Answered> {
    return startModelCall(this.attempt, this.context, facts)
  }

  async model<T extends Answered>(facts: ModelFacts, ask: () => Promise<T>): Promise<T> {
    return ended(this.startModel(facts), ask, () => null)
  }

  /** `flaw` says why what the call ended with does not count, once it has; null when it does. */
  async tool<T>(facts: ToolFacts, make: () => Promise<T>, flaw: () => string | null): Promise<T> {
    return ended(startToolCall(this.attempt, this.context, facts), make, flaw)
  }

  /** Answers what the SDK returned. The attempt's own run ends with the attempt. */
  endWith(returned: unknown): unknown {
    return returned
  }

  #started(): Span {
    this.span ??= this.#begin()
    return this.span
  }
}

/** A run inside of another: its span ends with what it returns. */
class NestedTrace extends RunTrace {
  readonly #agentName: string
  readonly #began = performance.now()

  constructor(attempt: AttemptTrace, begin: () => Span, parent: Context, agentName: string) {
    super(attempt, begin, parent)
    this.#agentName = agentName
  }

  override endWith(returned: unknown): unknown {
    if (!(returned instanceof Promise)) return returned
    return returned.then(
      (result: unknown) => {
        this.#endAfter(completedOf(result))
        return result
      },
      (error: unknown) => {
        this.#end(errorTypeOf(error))
        throw error
      },
    )
  }

  #endAfter(completed: Promise<unknown> | null): void {
    if (completed === null) this.#end(null)
    else
      completed.then(
        () => this.#end(null),
        (error: unknown) => this.#end(errorTypeOf(error)),
      )
  }

  #end(errorType: string | null): void {
    if (this.span === null) return
    if (errorType !== null) setFailed(this.span, errorType)
    this.attempt.ranFor(this.#agentName, this.#began, errorType)
    this.span.end()
  }
}

async function ended<T extends A, A>(
  call: CallTrace<A>,
  make: () => Promise<T>,
  flaw: () => string | null,
): Promise<T> {
  try {
    const answer = await call.within(make)
    const why = flaw()
    if (why === null) call.succeeded(answer)
    else call.failed(why)
    return answer
  } catch (error) {
    call.failed(error)
    throw error
  }
}

/** Of a result that is streamed: resolves when nothing more comes. */
function completedOf(result: unknown): Promise<unknown> | null {
  if (typeof result !== 'object' || result === null || !('completed' in result)) return null
  return result.completed instanceof Promise ? result.completed : null
}
