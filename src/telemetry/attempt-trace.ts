import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api'
import type { Meters } from './meters.ts'
import { RunTrace } from './run-trace.ts'
import { fromTraceparent, toTraceparent } from './traceparent.ts'

/** As they are stored with a run. */
export interface TraceLinks {
  /** The span that was active at the submit. */
  submit: string | null
  /** The span of the attempt before. */
  previous: string | null
}

export interface AttemptFacts {
  runId: string
  owner: string
  sessionKey: string
  agentKey: string
  attempt: number
  links: TraceLinks
}

export interface AttemptTools {
  tracer: Tracer
  meters: Meters
  payloads: boolean
}

/** What became of an attempt. */
export type AttemptOutcome =
  | { kind: 'completed' | 'cancelled' | 'awaiting_approval' | 'resumed' | 'drained' }
  | { kind: 'failed' | 'lost' | 'unsettled'; errorType: string }

/**
 * One attempt as a trace of its own: a root span, and under it the calls that are really made. Answers of the journal
 * leave no span, only their number. When the process is killed the root span is never exported; its calls name the run
 * and the attempt themselves, and the next attempt is linked to the same trace and span.
 */
export class AttemptTrace {
  readonly tracer: Tracer
  readonly meters: Meters
  /** Whether what is said, given and answered may be told. */
  readonly payloads: boolean
  readonly context: Context
  /** What every span of this attempt says. */
  readonly common: Attributes
  readonly run: RunTrace
  readonly #span: Span
  readonly #agentKey: string
  readonly #began = performance.now()
  readonly #replayed = new Set<string>()
  #inputTokens = 0
  #outputTokens = 0
  #isEnded = false

  constructor(facts: AttemptFacts, { tracer, meters, payloads }: AttemptTools) {
    const { agentKey } = facts
    this.tracer = tracer
    this.meters = meters
    this.payloads = payloads
    this.#agentKey = agentKey
    this.common = {
      'gen_ai.conversation.id': facts.sessionKey,
      'agentic.run.id': facts.runId,
      'agentic.attempt': facts.attempt,
    }
    const attributes: Attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agentKey,
      ...this.common,
      'agentic.owner': facts.owner,
      'agentic.agent.key': agentKey,
    }
    const links = toLinks(facts.links)
    const options = { attributes, links }
    this.#span = tracer.startSpan(`invoke_agent ${agentKey}`, options, ROOT_CONTEXT)
    this.context = trace.setSpan(ROOT_CONTEXT, this.#span)
    this.run = new RunTrace(this, () => this.#span, this.context)
  }

  /** To be stored with the claim; null when nobody records spans. */
  get traceparent(): string | null {
    return toTraceparent(this.#span)
  }

  /** For log lines; null when nobody records spans. */
  get traceId(): string | null {
    return this.traceparent === null ? null : this.#span.spanContext().traceId
  }

  /** Runs what belongs to this attempt, whatever its caller belongs to. */
  within<T>(run: () => T): T {
    return context.with(this.context, run)
  }

  /** A step that is answered from the journal; asked for twice, it counts once. */
  replayed(path: string): void {
    this.#replayed.add(path)
  }

  used(provider: string, inputTokens: number, outputTokens: number): void {
    this.#span.setAttribute('gen_ai.provider.name', provider)
    this.#inputTokens += inputTokens
    this.#outputTokens += outputTokens
  }

  /** The first one counts; false for any other. */
  end(outcome: AttemptOutcome): boolean {
    if (this.#isEnded) return false
    this.#isEnded = true
    const span = this.#span
    span.setAttributes({
      'agentic.attempt.outcome': outcome.kind,
      'agentic.steps.replayed': this.#replayed.size,
      'gen_ai.usage.input_tokens': this.#inputTokens,
      'gen_ai.usage.output_tokens': this.#outputTokens,
    })
    if ('errorType' in outcome) {
      // Not the message, which may quote what the user or the model said.
      span.setAttribute('error.type', outcome.errorType)
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.errorType })
    }
    span.end()
    const errorType = 'errorType' in outcome ? outcome.errorType : null
    this.ranFor(this.#agentKey, this.#began, errorType)
    return true
  }

  /** A number for the time that an agent took. */
  ranFor(agentName: string, began: number, errorType: string | null): void {
    this.meters.get().agentDuration.record((performance.now() - began) / 1000, {
      'gen_ai.agent.name': agentName,
      ...(errorType !== null && { 'error.type': errorType }),
    })
  }
}

function toLinks({ submit, previous }: TraceLinks): Link[] {
  const kinds = { submit, previous_attempt: previous }
  return Object.entries(kinds).flatMap(([kind, text]) => {
    const spanContext = fromTraceparent(text)
    return spanContext === null
      ? []
      : [{ context: spanContext, attributes: { 'agentic.link': kind } }]
  })
}
