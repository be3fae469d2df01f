import { SpanStatusCode, type Span } from '@opentelemetry/api'
import { isAgenticError } from '../core/errors.ts'

/** A word of which there are few: never the message, which may quote what was said. */
export function errorTypeOf(error: unknown): string {
  if (isAgenticError(error)) return error.code
  if (!(error instanceof Error)) return '_OTHER'
  return error.constructor.name === 'Error' ? error.name : error.constructor.name
}

export function setFailed(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
