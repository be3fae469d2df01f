import { Agent } from '@openai/agents'
import { pino } from 'pino'
import { beforeEach, expect, test } from 'vitest'
import type { Logger } from 'agentic-node'
import { Hold, killAndRecover, notingTool, runOnce } from '../support/lives.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance } from '../support/instance.ts'
import { until } from '../support/sql.ts'
import { call, TurnModel } from '../support/turn-model.ts'
import { recordSpans } from './support/recorded.ts'

const spans = recordSpans()
beforeEach(() => spans.forget())

type Line = Record<string, unknown>

/** Keeps its lines. */
function memory() {
  const lines: Line[] = []
  const keep = (level: string) => (fields: Line, message: string) =>
    void lines.push({ level, message, ...fields })
  const logger: Logger = { info: keep('info'), warn: keep('warn'), error: keep('error') }
  const said = (message: string) => lines.filter((line) => line['message'] === message)
  return { lines, logger, said }
}

const traceIds = () =>
  spans.named('invoke_agent assistant').map((span) => span.spanContext().traceId)

test('the end of a run is a line with its ids, its status, its time and its trace', async () => {
  const { lines, logger, said } = memory()
  const agent = () => new Agent({ name: 'Speaker', model: new TurnModel('BLUE') })
  const { run } = await runOnce({ agent, events: 'deltas', logger }, 'BLUE')
  await until(() => traceIds().length === 1)
  expect(said('a run ended')).toEqual([
    {
      level: 'info',
      message: 'a run ended',
      runId: run.id,
      owner: 'ada',
      agent: 'assistant',
      attempt: 1,
      status: 'completed',
      durationMs: expect.any(Number),
      traceId: traceIds()[0],
    },
  ])
  expect(JSON.stringify(lines)).not.toContain('BLUE')
})

test('that of a failed run has its code, and not its words', async () => {
  const { lines, logger, said } = memory()
  const model = new TurnModel(() => {
    throw new Error('BLUE is not allowed')
  })
  await runOnce({ agent: () => new Agent({ name: 'Angry', model }), events: 'items', logger })
  expect(said('a run ended')).toMatchObject([{ status: 'failed', errorCode: 'model_error' }])
  expect(JSON.stringify(lines)).not.toContain('BLUE')
})

test('a run that is cancelled before it began has no attempt and no time', async () => {
  const { logger, said } = memory()
  const agentic = instance({ logger, concurrency: 0 })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await agentic.runs.cancel({ owner: 'ada', id })
  expect(said('a run ended')).toMatchObject([
    { runId: id, attempt: 0, status: 'cancelled', durationMs: null },
  ])
})

test('a recovery names the trace of the attempt that was cut off, and whoever was is told once that it lost its run', async () => {
  const { logger, said } = memory()
  const hold = new Hold()
  const model = new TurnModel([call('work')], 'Done')
  const work = () => notingTool('work', [], async () => hold.here())
  const agent = () => new Agent({ name: 'Worker', model, tools: [work()] })
  const tools = { work: { interrupted: 'rerun' } } as const
  const { first, run } = await killAndRecover(
    { agent, events: 'items', tools, logger },
    hold.reached,
  )
  hold.release()
  await first.close()
  await until(() => traceIds().length === 2)
  const [lost] = spans
    .named('invoke_agent assistant')
    .filter(({ attributes }) => attributes['agentic.attempt'] === 1)
  const facts = { runId: run.id, owner: 'ada', agent: 'assistant', attempt: 1 }
  const traceId = lost?.spanContext().traceId
  expect(said('a run was taken from a worker that is gone')).toEqual([
    expect.objectContaining({ level: 'warn', ...facts, status: 'pending', traceId }),
  ])
  expect(said('an attempt lost its run')).toEqual([
    expect.objectContaining({ level: 'warn', ...facts, traceId }),
  ])
})

test('a drain says when it begins and ends, and what it gave back', async () => {
  const { logger, said } = memory()
  const held = new HeldAgent()
  const agents = { assistant: held.factory }
  const agentic = instance({ logger, agents, drainSeconds: 0.1 })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  await agentic.close()
  expect(said('a worker drains')).toMatchObject([{ level: 'info', running: 1 }])
  expect(said('a run was given back')).toMatchObject([
    { level: 'info', runId: id, outcome: 'drained' },
  ])
  expect(said('a worker has drained')).toHaveLength(1)
  expect(said('an attempt lost its run')).toEqual([])
})

test('pino fits, and prints errors when it is told what they are called', async () => {
  const printed: string[] = []
  const serializers = { error: pino.stdSerializers.err }
  const logger = pino({ serializers }, { write: (line: string) => void printed.push(line) })
  const agentic = instance({ logger })
  agentic.on('run.completed', () => {
    throw new Error('the listener is broken')
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await agentic.runs.wait({ owner: 'ada', id })
  await until(() => printed.length === 2)
  const [ended, broken] = printed.map((line) => JSON.parse(line) as Line)
  expect(ended).toMatchObject({ level: 30, msg: 'a run ended', runId: id, status: 'completed' })
  expect(broken).toMatchObject({ level: 50, error: { message: 'the listener is broken' } })
})
