import {
  context,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
} from '@opentelemetry/api'
import type { AttemptTrace } from './attempt-trace.ts'
import { errorTypeOf, setFailed } from './error-type.ts'

export interface CallFacts<T> {
  name: string
  kind: SpanKind
  attributes: Attributes
  /** What its span says of an answer. */
  told: (answer: T) => Attributes
  /** Told how long it took, whatever came of it. */
  measured: (seconds: number, error: Attributes) => void
}

export function startCall<T>(
  { tracer, common, payloads }: AttemptTrace,
  parent: Context,
  facts: CallFacts<T>,
): CallTrace<T> {
  const attributes = { ...facts.attributes, ...common }
  const span = tracer.startSpan(facts.name, { kind: facts.kind, attributes }, parent)
  return new CallTrace(span, parent, facts, payloads)
}

/** One call that is really made: begun → succeeded | failed; what comes after the first is nothing. */
export class CallTrace<T> {
  readonly #span: Span
  readonly #context: Context
  readonly #facts: CallFacts<T>
  readonly #payloads: boolean
  readonly #began = performance.now()
  #isEnded = false

  constructor(span: Span, parent: Context, facts: CallFacts<T>, payloads: boolean) {
    this.#span = span
    this.#context = trace.setSpan(parent, span)
    this.#facts = facts
    this.#payloads = payloads
  }

  /** What the app's own instrumentation sees in here becomes a child of this call. */
  within<R>(run: () => R): R {
    return context.with(this.#context, run)
  }

  succeeded(answer: T): void {
    if (this.#isEnded) return
    this.#span.setAttributes(this.#facts.told(answer))
    this.#end({})
  }

  /** With an error, or a word for what went wrong. */
  failed(error: unknown): void {
    if (this.#isEnded) return
    const errorType = typeof error === 'string' ? error : errorTypeOf(error)
    setFailed(this.#span, errorType)
    // The words of an error may quote what was said.
    if (this.#payloads && error instanceof Error) this.#span.recordException(error)
    this.#end({ 'error.type': errorType })
  }

  #end(error: Attributes): void {
    this.#isEnded = true
    this.#facts.measured((performance.now() - this.#began) / 1000, error)
    this.#span.end()
  }
}
