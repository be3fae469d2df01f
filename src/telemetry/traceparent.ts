import { isSpanContextValid, type Span, type SpanContext } from '@opentelemetry/api'

/** The W3C `traceparent` of a span, as it is stored with a run; null for one that nobody records or propagates. */
export function toTraceparent(span: Span | undefined): string | null {
  const context = span?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return null
  const flags = context.traceFlags.toString(16).padStart(2, '0')
  return `00-${context.traceId}-${context.spanId}-${flags}`
}

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The span that is meant; null when nothing was stored, or something of another version. */
export function fromTraceparent(text: string | null): SpanContext | null {
  const [, traceId, spanId, flags] = form.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return null
  const context = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(context) ? context : null
}

export function traceIdOf(text: string | null): string | null {
  return fromTraceparent(text)?.traceId ?? null
}
