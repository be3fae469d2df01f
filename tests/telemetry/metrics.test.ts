import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { Agent } from '@openai/agents'
import { beforeEach, expect, test } from 'vitest'
import type { Queue } from 'agentic-node'
import { inProcessQueue } from '../../src/queue/in-process.ts'
import { Telemetry } from '../../src/telemetry/telemetry.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance } from '../support/instance.ts'
import { Hold, killAndRecover, notingTool } from '../support/lives.ts'
import { until } from '../support/sql.ts'
import { call, TurnModel } from '../support/turn-model.ts'

const temporality = AggregationTemporality.CUMULATIVE
let exporter = new InMemoryMetricExporter(temporality)
let reader = new PeriodicExportingMetricReader({ exporter })

/** The app sets the provider of its SDK; what went before is forgotten. */
function register(): void {
  exporter = new InMemoryMetricExporter(temporality)
  reader = new PeriodicExportingMetricReader({ exporter })
  metrics.disable()
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
}

beforeEach(register)

/** Values and counts of a metric now, by the values of its attributes. */
async function read(name: string): Promise<Record<string, number>> {
  exporter.reset()
  await reader.forceFlush()
  const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
  const found = scopes
    .flatMap((scope) => scope.metrics)
    .filter(({ descriptor }) => descriptor.name === name)
  const values = found.flatMap((metric) =>
    metric.dataPoints.map(({ attributes, value }): [string, number] => [
      Object.values(attributes).join(' '),
      typeof value === 'number' ? value : value.count,
    ]),
  )
  return Object.fromEntries(values)
}

test('streams and attempts are counted while they are open', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  const url = `http://site.example/agents/runs/${id}/events/`
  const headers = { 'x-user': 'ada', accept: 'text/event-stream' }
  const response = await agentic.fetch(new Request(url, { headers }))
  expect(response.status).toBe(200)
  const stream = response.body!.getReader()
  await stream.read()
  expect(await read('agentic.streams.open')).toEqual({ '/agents': 1 })
  expect(await read('agentic.attempts.running')).toEqual({ '/agents': 1 })
  await stream.cancel()
  held.release('Hi')
  await agentic.runs.wait({ owner: 'ada', id })
  await until(async () => (await read('agentic.attempts.running'))['/agents'] === 0)
  expect(await read('agentic.streams.open')).toEqual({ '/agents': 0 })
})

test('two instances in one process are told apart, and a closed one is not asked any more', async () => {
  const asked: string[] = []
  const observed = (basePath: string) => ({
    basePath,
    attempts: () => asked.push(basePath),
    streams: () => 0,
    isQueueAway: () => false,
  })
  const both = ['/a', '/b'].map((basePath) => new Telemetry(false, observed(basePath)))
  for (const one of both) one.start()
  expect(Object.keys(await read('agentic.streams.open'))).toEqual(['/a', '/b'])
  both[0]?.close()
  asked.splice(0)
  await read('agentic.streams.open')
  expect(asked).toEqual(['/b'])
  both[1]?.close()
})

test('a queue that is away is told', async () => {
  const queue: Queue = {
    ...inProcessQueue(),
    admit: () => null,
    wake: () => Promise.reject(new Error('away')),
  }
  const silent = { info() {}, warn() {}, error() {} }
  const agentic = instance({ queue, logger: silent, lease: { sweepSeconds: 0.1 } })
  await agentic.start()
  expect(await read('agentic.queue.away')).toEqual({ '/agents': 0 })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await agentic.runs.wait({ owner: 'ada', id })
  expect(await read('agentic.queue.away')).toEqual({ '/agents': 1 })
})

test('a lease that was lost is counted once, with its recovery', async () => {
  const hold = new Hold()
  const model = new TurnModel([call('work')], 'Done')
  const work = () => notingTool('work', [], async () => hold.here())
  const agent = () => new Agent({ name: 'Worker', model, tools: [work()] })
  const tools = { work: { interrupted: 'rerun' } } as const
  const { first } = await killAndRecover({ agent, events: 'items', tools }, hold.reached)
  hold.release()
  await first.close()
  expect(await read('agentic.leases.lost')).toEqual({ assistant: 1 })
  expect(await read('agentic.recoveries')).toEqual({ 'assistant pending': 1 })
})

test('numbers find an SDK that is registered while the instance is in use', async () => {
  metrics.disable()
  const agentic = instance()
  const finish = async () => {
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    return agentic.runs.wait({ owner: 'ada', id })
  }
  await finish()
  register()
  await finish()
  await until(async () => Object.keys(await read('agentic.run.duration')).length === 1)
  const [[of, count] = []] = Object.entries(await read('agentic.run.duration'))
  expect([of, count]).toEqual([expect.stringMatching(/^assistant (completed|failed)/), 1])
  expect(await read('agentic.streams.open')).toEqual({ '/agents': 0 })
})
