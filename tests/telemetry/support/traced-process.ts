// A process whose spans go to a collector. The first one submits a run and is held inside a tool, to be killed there;
// a later one finds the run and brings it to its end.
import { Agent, tool } from '@openai/agents'
import { SpanKind, trace } from '@opentelemetry/api'
import { z } from 'zod'
import { exportTelemetry } from '../../../examples/telemetry.ts'
import { createAgentic } from '../../../src/index.ts'
import { call, TurnModel } from '../../support/turn-model.ts'

export interface TracedPlan {
  database: string
  collectorUrl: string
  streamed: boolean
  /** The run to bring to its end; null for the process that submits one. */
  runId: string | null
}

/** In what the user says, what the models say, and what the tools are given and answer. */
export const marker = 'PAYLOAD-5f1c'
export const owner = 'ada'

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]) as TracedPlan)

async function main({ database, collectorUrl, streamed, runId }: TracedPlan): Promise<void> {
  const { flush } = exportTelemetry('travels', collectorUrl)
  const app = trace.getTracer('app')
  const isFirst = runId === null
  // More often than an app would, whose spans may wait some seconds.
  const flushing = setInterval(() => void flush(), 100)
  const agentic = createAgentic({
    agents: { desk: () => desk() },
    owner: () => null,
    database,
    events: streamed ? 'deltas' : 'items',
    tools: { book: { interrupted: 'rerun' }, look_up: { interrupted: 'rerun' } },
    lease: { seconds: isFirst ? 600 : 30, sweepSeconds: 0.2 },
  })
  await agentic.start()
  const id = runId ?? (await submit())
  const run = await agentic.runs.wait({ owner, id })
  await agentic.close()
  await flush()
  clearInterval(flushing)
  process.stdout.write(`${JSON.stringify({ status: run.status })}\n`)

  /** As in a request that the app's own instrumentation traces. */
  async function submit(): Promise<string> {
    const input = `Book a seat for ${marker}`
    return app.startActiveSpan('POST /orders', { kind: SpanKind.SERVER }, async (span) => {
      const submitted = await agentic.runs.submit({ owner, session: 'chat', input })
      span.end()
      return submitted.id
    })
  }

  function desk() {
    const note = { note: marker }
    const researcher = new Agent({
      name: 'Researcher',
      model: named('small', new TurnModel([call('look_up', note)], `found ${marker}`)),
      tools: [priced('look_up')],
    })
    const closer = new Agent({
      name: 'Closer',
      model: named('large', new TurnModel('', '', [call('book', note)], `booked ${marker}`)),
      tools: [priced('book', { holds: isFirst })],
    })
    return Agent.create({
      name: 'Desk',
      model: named(
        'large',
        new TurnModel([call('research', { input: marker })], [call('transfer_to_Closer')]),
      ),
      tools: [researcher.asTool({ toolName: 'research' })],
      handoffs: [closer],
    })
  }

  /** A tool that asks a service over HTTP, in a client that the app's instrumentation traces. */
  function priced(name: string, { holds = false } = {}) {
    return tool({
      name,
      description: name,
      parameters: z.object({ note: z.string() }),
      execute: async () => {
        await tracedFetch(`${collectorUrl}/price`)
        if (!holds) return `${name} ${marker}`
        process.stdout.write('held\n')
        return new Promise<string>(() => {})
      },
    })
  }

  async function tracedFetch(url: string): Promise<void> {
    await app.startActiveSpan('GET', { kind: SpanKind.CLIENT }, async (span) => {
      const { traceId, spanId } = span.spanContext()
      await fetch(url, { headers: { traceparent: `00-${traceId}-${spanId}-01` } })
      span.end()
    })
  }
}

function named(model: string, target: TurnModel): TurnModel {
  return Object.assign(target, { model })
}
