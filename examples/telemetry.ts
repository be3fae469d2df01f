import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

/** Sends the spans and numbers of this process to a collector; `flush` sends what is left, for the end of the process. */
export function exportTelemetry(service: string, collector = 'http://localhost:4318') {
  const spans = new OTLPTraceExporter({ url: `${collector}/v1/traces` })
  const numbers = new OTLPMetricExporter({ url: `${collector}/v1/metrics` })
  const resource = resourceFromAttributes({ 'service.name': service })
  const processor = new BatchSpanProcessor({ exporter: spans })
  const reader = new PeriodicExportingMetricReader({ exporter: numbers })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new TracerProvider({ resource, spanProcessors: [processor] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers: [reader] }))
  return { flush: async () => Promise.all([processor.forceFlush(), reader.forceFlush()]) }
}
