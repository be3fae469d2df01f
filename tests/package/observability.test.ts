import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { Meters } from '../../src/telemetry/meters.ts'
import { root } from './source-files.ts'

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8')
const [, section = ''] = page.split('\n## Metrics\n')
/** By name: the kind of instrument and its unit. */
const documented = Object.fromEntries(
  [...section.matchAll(/^\| `([\w.]+)` \| ([a-z- ]+?)(?:, `?([^`|]+?)`?)? \|/gm)].map(
    ([, name, , unit = '1']) => [name, unit],
  ),
)

test('the metrics of docs/observability.md are those there are, in their units', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  const here = {
    basePath: '/agents',
    attempts: () => 0,
    streams: () => 0,
    isQueueAway: () => false,
  }
  const meters = new Meters(here)
  for (const instrument of Object.values(meters.get())) {
    if ('add' in instrument) instrument.add(1)
    else instrument.record(1)
  }
  await reader.forceFlush()
  meters.close()
  const told = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
  const real = told.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor))
  expect(documented).toEqual(Object.fromEntries(real.map(({ name, unit }) => [name, unit])))
})
