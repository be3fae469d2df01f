import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, vi } from 'vitest'
import { sql, until } from '../support/sql.ts'
import { startCollector, type Collector, type SpanSeen } from '../telemetry/support/collector.ts'
import { marker, type TracedPlan } from '../telemetry/support/traced-process.ts'
import { barePlace, testOnEach } from './support/place.ts'
import { spawnScript } from './support/spawn.ts'

vi.setConfig({ testTimeout: 120_000 })

/** What the collector has of the first attempt when its process is killed inside `book`: that call never ended. */
const ofKilled = [
  'attempt > chat large',
  'attempt > execute_tool research',
  'execute_tool research > invoke_agent Researcher',
  'invoke_agent Researcher > chat small',
  'invoke_agent Researcher > execute_tool look_up',
  'execute_tool look_up > GET',
  'invoke_agent Researcher > chat small',
  'attempt > chat large',
  'attempt > chat large',
  'never ended > GET',
]
/** Of the second: what is answered from the journal is not there. */
const ofResumed = [
  'attempt',
  'attempt > execute_tool book',
  'execute_tool book > GET',
  'attempt > chat large',
]

testOnEach(
  'the trace of a run that was killed and resumed is whole, span by span, as a collector received it',
  async (kind) => {
    const collector = await startCollector()
    const streamed = kind === 'sqlite'
    const { database } = barePlace(kind)
    const { runId, metricsBefore } = await killAndResume({ database, collector, streamed })
    const spans = await collector.spans()

    const submitted = only(spans, 'POST /orders')
    const resumed = only(spans, 'invoke_agent desk')
    const [link, before] = resumed.links
    expect(resumed.links).toHaveLength(2)
    expect(link).toEqual({ ...idsOf(submitted), attributes: { 'agentic.link': 'submit' } })
    expect(before?.attributes).toEqual({ 'agentic.link': 'previous_attempt' })
    const traceIds = [submitted.traceId, before?.traceId, resumed.traceId]
    expect(new Set(traceIds).size).toBe(3)
    expect(spans.filter(({ traceId }) => !traceIds.includes(traceId))).toEqual([])

    const [first, second] = [before?.traceId, resumed.traceId].map((id) =>
      spans.filter(({ traceId }) => traceId === id),
    ) as [SpanSeen[], SpanSeen[]]
    expect(tree(first, before?.spanId)).toEqual(ofKilled.toSorted())
    expect(tree(second, resumed.spanId)).toEqual(ofResumed.toSorted())
    expect(spans.filter(({ isError }) => isError)).toEqual([])
    for (const span of [...first, ...second]) expectInsideParent(span, spans)

    const common = (attempt: number) => ({
      'gen_ai.conversation.id': 'chat',
      'agentic.run.id': runId,
      'agentic.attempt': attempt,
    })
    expect(resumed).toMatchObject({ parentSpanId: null, kind: 'internal' })
    expect(resumed.attributes).toEqual({
      ...common(2),
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'desk',
      'gen_ai.provider.name': 'TurnModel',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'agentic.agent.key': 'desk',
      'agentic.owner': 'ada',
      'agentic.attempt.outcome': 'completed',
      'agentic.steps.replayed': 5,
    })
    const nested = only(first, 'invoke_agent Researcher')
    expect(nested).toMatchObject({ kind: 'internal' })
    expect(nested.attributes).toEqual({
      ...common(1),
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'Researcher',
    })
    for (const [attempt, of] of [first, second].entries()) {
      for (const chat of of.filter(({ name }) => name.startsWith('chat '))) {
        expect(chat).toMatchObject({ kind: 'client' })
        const isNested = chat.name === 'chat small'
        expect(chat.attributes).toEqual({
          ...common(attempt + 1),
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'TurnModel',
          'gen_ai.request.model': isNested ? 'small' : 'large',
          'gen_ai.request.stream': streamed && !isNested,
          'gen_ai.response.id': expect.stringMatching(/^response_\d$/),
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.agent.name': expect.stringMatching(isNested ? /^Researcher$/ : /^(Desk|Closer)$/),
        })
      }
      for (const tool of of.filter(({ name }) => name.startsWith('execute_tool '))) {
        expect(tool).toMatchObject({ kind: 'internal' })
        expect(tool.attributes).toEqual({
          ...common(attempt + 1),
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': tool.name.replace('execute_tool ', ''),
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.id': expect.stringMatching(/^call_\d$/),
          'gen_ai.agent.name': expect.stringMatching(/^(Desk|Researcher|Closer)$/),
        })
      }
    }

    const ofFirst = await numbersOf(collector, 0, metricsBefore)
    expect(ofFirst).toMatchObject({
      'agentic.run.wait.duration desk': 'counted 1',
      'agentic.run.transitions pending': 1,
      'agentic.run.transitions running': 1,
      'agentic.attempts.running /agents': 1,
      'gen_ai.client.operation.duration chat TurnModel large': 'counted 3',
      'gen_ai.client.token.usage chat TurnModel large input': 'counted 3, sum 30',
      'gen_ai.client.token.usage chat TurnModel small output': 'counted 2, sum 10',
      'gen_ai.execute_tool.duration Researcher look_up function': 'counted 1',
      'gen_ai.invoke_agent.duration Researcher': 'counted 1',
    })
    expect(await numbersOf(collector, metricsBefore)).toEqual({
      'agentic.recoveries desk pending': 1,
      'agentic.run.transitions pending': 1,
      'agentic.run.transitions running': 1,
      'agentic.run.transitions completed': 1,
      'agentic.run.duration desk completed': 'counted 1',
      'agentic.attempts.running /agents': expect.any(Number),
      'agentic.streams.open /agents': 0,
      'agentic.queue.away /agents': 0,
      'gen_ai.client.operation.duration chat TurnModel large': 'counted 1',
      'gen_ai.client.token.usage chat TurnModel large input': 'counted 1, sum 10',
      'gen_ai.client.token.usage chat TurnModel large output': 'counted 1, sum 5',
      'gen_ai.execute_tool.duration Closer book function': 'counted 1',
      'gen_ai.invoke_agent.duration desk': 'counted 1',
    })

    const received = await collector.received()
    const called = spans.filter(({ name }) => name === 'GET')
    expect(received.traceparents.toSorted()).toEqual(
      called.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted(),
    )
    const [stored] = await sql(database, 'select input from agentic_run_input')
    expect(stored?.['input']).toContain(marker)
    expect(JSON.stringify(received)).toContain(runId)
    expect(JSON.stringify(received)).not.toContain(marker)
  },
)

function only(spans: SpanSeen[], name: string): SpanSeen {
  const found = spans.filter((span) => span.name === name)
  expect(found.map((span) => span.name)).toEqual([name])
  return found[0]!
}

const idsOf = ({ traceId, spanId }: SpanSeen) => ({ traceId, spanId })

/** Each span with its parent, sorted. */
function tree(spans: SpanSeen[], rootId: string | undefined): string[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]))
  const nameOf = (id: string) => (id === rootId ? 'attempt' : (names.get(id) ?? 'never ended'))
  const lines = spans.map(({ spanId, parentSpanId, name }) => {
    const own = spanId === rootId ? 'attempt' : name
    return parentSpanId === null ? own : `${nameOf(parentSpanId)} > ${own}`
  })
  return lines.toSorted()
}

function expectInsideParent(span: SpanSeen, spans: SpanSeen[]): void {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  if (parent === undefined) return
  expect(parent.traceId).toBe(span.traceId)
  // The SDK reads a clock of whole milliseconds for some of them.
  const beginsAfter = Number(span.startedAt - parent.startedAt) / 1e6
  const endsBefore = Number(parent.endedAt - span.endedAt) / 1e6
  expect(beginsAfter, `${span.name} begins in ${parent.name}`).toBeGreaterThan(-2)
  expect(endsBefore, `${span.name} ends in ${parent.name}`).toBeGreaterThan(-2)
}

/** By name and what the series is of, in the order of the attributes' names. */
async function numbersOf(
  collector: Collector,
  from: number,
  to?: number,
): Promise<Record<string, number | string | null>> {
  const points = await collector.points(from, to)
  const named = points.map(({ name, unit, attributes, value, count, sum }) => {
    const of = Object.keys(attributes)
      .toSorted()
      .map((key) => attributes[key])
    const counted = `counted ${count}${unit === 's' ? '' : `, sum ${sum}`}`
    return [[name, ...of].join(' '), count === null ? value : counted]
  })
  return Object.fromEntries(named)
}

interface Story {
  database: string
  collector: Collector
  streamed: boolean
}

/**
 * Kills the first process inside a tool, when what ended before is with the collector, and lets a second one bring the
 * run to its end. Answers the run's id, and how many metrics the first one had sent.
 */
async function killAndResume({ database, collector, streamed }: Story) {
  const plan = { database, collectorUrl: collector.url, streamed }
  const first = start({ ...plan, runId: null })
  await first.said('held')
  const submitted = 1
  await until(async () => (await collector.spans()).length === submitted + ofKilled.length)
  const isCounted = async () =>
    (await numbersOf(collector, 0))['gen_ai.client.operation.duration chat TurnModel large'] ===
    'counted 3'
  await until(isCounted)
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  await sql(database, 'update agentic_run set lease_expires_at = 1')
  const [row] = await sql(database, 'select id from agentic_run')
  const runId = String(row?.['id'])
  const metricsBefore = (await collector.received()).metrics.length
  const second = start({ ...plan, runId })
  await second.said('"completed"')
  return { runId, metricsBefore }
}

function start(plan: TracedPlan) {
  const script = fileURLToPath(new URL('../telemetry/support/traced-process.ts', import.meta.url))
  const child = spawnScript(script, [JSON.stringify(plan)])
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const said = async (what: string) => expect.poll(() => output, { interval: 10 }).toContain(what)
  return { child, said }
}
