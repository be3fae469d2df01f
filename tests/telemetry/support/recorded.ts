import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace'

/** What an app's own SDK was told, without the way to a collector. One per test file. */
export function recordSpans() {
  const exporter = new InMemorySpanExporter()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  )
  const all = () => exporter.getFinishedSpans()
  return {
    forget: () => exporter.reset(),
    all,
    named: (name: string) => all().filter((span) => span.name === name),
    /** `name < parent < its parent`. */
    paths: () => all().map(pathOf(all())).toSorted(),
  }
}

function pathOf(spans: ReadableSpan[]) {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  return function path(span: ReadableSpan): string {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '')
    return parent === undefined ? span.name : `${span.name} < ${path(parent)}`
  }
}
