import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { spawnScript } from '../../crash/support/spawn.ts'
import type { Received } from './collector-process.ts'

type Values = Record<string, string | number | boolean>

/** A span as a collector knows it. */
export interface SpanSeen {
  traceId: string
  spanId: string
  parentSpanId: string | null
  name: string
  kind: 'internal' | 'server' | 'client'
  attributes: Values
  links: { traceId: string; spanId: string; attributes: Values }[]
  events: { name: string; attributes: Values }[]
  isError: boolean
  statusMessage: string
  startedAt: bigint
  endedAt: bigint
}

export interface PointSeen {
  name: string
  unit: string
  attributes: Values
  /** Of a sum or a gauge. */
  value: number | null
  /** Of a histogram. */
  count: number | null
  sum: number | null
}

export class Collector {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async received(): Promise<Received> {
    return (await (await fetch(`${this.url}/received`)).json()) as Received
  }

  async spans(): Promise<SpanSeen[]> {
    const { traces } = await this.received()
    return traces.flatMap((body) => {
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: ResourceSpans[] }
      return resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(toSeen)),
      )
    })
  }

  /** The newest value of each series, in some of the bodies that were received. */
  async points(from = 0, to?: number): Promise<PointSeen[]> {
    const { metrics } = await this.received()
    const newest = new Map<string, PointSeen>()
    for (const body of metrics.slice(from, to)) {
      const { resourceMetrics } = JSON.parse(body) as { resourceMetrics: ResourceMetrics[] }
      const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)
      for (const point of scopes.flatMap((scope) => scope.metrics.flatMap(toPoints))) {
        newest.set(`${point.name} ${JSON.stringify(point.attributes)}`, point)
      }
    }
    return [...newest.values()]
  }
}

/** Starts one, for as long as the test goes on. */
export async function startCollector(): Promise<Collector> {
  const script = fileURLToPath(new URL('./collector-process.ts', import.meta.url))
  const child = spawnScript(script, [])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return new Collector(line.toString().trim())
}

interface KeyValue {
  key: string
  value: {
    stringValue?: string
    intValue?: number | string
    doubleValue?: number
    boolValue?: boolean
  }
}

interface RawSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: KeyValue[]
  links?: { traceId: string; spanId: string; attributes?: KeyValue[] }[]
  events?: { name: string; attributes?: KeyValue[] }[]
  status?: { code?: number; message?: string }
}

interface ResourceSpans {
  scopeSpans: { spans: RawSpan[] }[]
}

interface RawPoint {
  attributes?: KeyValue[]
  asInt?: string | number
  asDouble?: number
  count?: string | number
  sum?: number
}

interface RawMetric {
  name: string
  unit: string
  sum?: { dataPoints: RawPoint[] }
  gauge?: { dataPoints: RawPoint[] }
  histogram?: { dataPoints: RawPoint[] }
}

interface ResourceMetrics {
  scopeMetrics: { metrics: RawMetric[] }[]
}

const kinds = { 1: 'internal', 2: 'server', 3: 'client' } as const
const errorCode = 2

function toSeen(span: RawSpan): SpanSeen {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    name: span.name,
    kind: kinds[span.kind as keyof typeof kinds],
    attributes: toValues(span.attributes),
    links: (span.links ?? []).map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: toValues(link.attributes),
    })),
    events: (span.events ?? []).map(({ name, attributes }) => ({
      name,
      attributes: toValues(attributes),
    })),
    isError: span.status?.code === errorCode,
    statusMessage: span.status?.message ?? '',
    startedAt: BigInt(span.startTimeUnixNano),
    endedAt: BigInt(span.endTimeUnixNano),
  }
}

function toPoints({ name, unit, ...data }: RawMetric): PointSeen[] {
  const points = (data.sum ?? data.gauge ?? data.histogram)?.dataPoints ?? []
  return points.map((point) => ({
    name,
    unit,
    attributes: toValues(point.attributes),
    value: data.histogram ? null : Number(point.asInt ?? point.asDouble),
    count: data.histogram ? Number(point.count) : null,
    sum: data.histogram ? Number(point.sum) : null,
  }))
}

function toValues(pairs: KeyValue[] = []): Values {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue),
    ]),
  )
}
