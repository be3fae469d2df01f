import { SpanStatusCode, trace } from '@opentelemetry/api'
import { Agent, tool } from '@openai/agents'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Queue } from 'agentic-node'
import { inProcessQueue } from '../../src/queue/in-process.ts'
import { Hold, killAndRecover, modes, notingTool, runOnce } from '../support/lives.ts'
import { instance } from '../support/instance.ts'
import { until } from '../support/sql.ts'
import { call, TurnModel } from '../support/turn-model.ts'
import { recordSpans } from './support/recorded.ts'

const spans = recordSpans()
beforeEach(() => spans.forget())

const attempt = 'invoke_agent assistant'
const ended = async (count = 1) => until(() => spans.named(attempt).length === count)

describe.each(modes)('the spans of an attempt, %s', (events) => {
  test('a failure names its code and its class, and quotes nobody', async () => {
    const model = new TurnModel(() => {
      throw new TypeError('the word SECRET is not allowed')
    })
    const agent = () => new Agent({ name: 'Angry', model })
    const { run } = await runOnce({ agent, events }, 'SECRET')
    await ended()
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('SECRET') })
    const [chat, root] = spans.all()
    expect(chat).toMatchObject({ name: 'chat TurnModel', status: { code: SpanStatusCode.ERROR } })
    expect(chat?.attributes['error.type']).toBe('TypeError')
    expect(root?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'model_error' })
    expect(root?.attributes).toMatchObject({
      'agentic.attempt.outcome': 'failed',
      'error.type': 'model_error',
    })
    expect(textOf(spans.all())).not.toContain('SECRET')
  })

  test('each try of a model that is asked again is a call of its own', async () => {
    const model = new TurnModel((_request, n) => {
      if (n < 3) throw new Error('overloaded')
      return 'Hello'
    })
    const retry = { maxRetries: 3, policy: () => ({ retry: true, approveUnsafeReplay: true }) }
    const agent = () => new Agent({ name: 'Patient', model, modelSettings: { retry } })
    await runOnce({ agent, events })
    await ended()
    const chats = spans.named('chat TurnModel')
    expect(chats.map(({ attributes }) => attributes['error.type'])).toEqual([
      'Error',
      'Error',
      undefined,
    ])
    expect(spans.named(attempt)[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 10,
      'agentic.steps.replayed': 0,
    })
  })

  test('a handoff is an event of the attempt that made it', async () => {
    const expert = new Agent({ name: 'Expert', model: new TurnModel('', 'Solved') })
    const model = new TurnModel([call('transfer_to_Expert')])
    const agent = () => Agent.create({ name: 'Desk', model, handoffs: [expert] })
    await runOnce({ agent, events })
    await ended()
    const [root] = spans.named(attempt)
    expect(root?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['agentic.handoff', { 'agentic.handoff.from': 'Desk', 'agentic.handoff.to': 'Expert' }],
    ])
    const agents = spans.named('chat TurnModel').map((one) => one.attributes['gen_ai.agent.name'])
    expect(agents).toEqual(['Desk', 'Expert'])
  })

  test('a tool that takes too long is a call that failed by its timeout', async () => {
    const slow = tool({
      name: 'slow',
      description: 'slow',
      parameters: z.object({}),
      timeoutMs: 30,
      execute: async () => new Promise((resolve) => setTimeout(() => resolve('late'), 120)),
    })
    const model = new TurnModel([call('slow')], 'So it is')
    const agent = () => new Agent({ name: 'Hasty', model, tools: [slow] })
    await runOnce({ agent, events })
    await until(() => spans.named('execute_tool slow').length === 1)
    expect(spans.named('execute_tool slow')[0]?.attributes['error.type']).toBe('timeout')
  })

  test('an attempt that waits for a person ends, and each next one is linked to the one before', async () => {
    const asks = () => ({ ...notingTool('pay', []), needsApproval: async () => true })
    const model = new TurnModel([call('pay')], [call('pay')], 'Paid')
    const agent = () => new Agent({ name: 'Buyer', model, tools: [asks()] })
    const { agentic, run } = await runOnce({ agent, events })
    for (const until of ['pause', 'end'] as const) {
      const [approval] = await agentic.approvals.list({ owner: 'ada', status: 'pending' })
      await agentic.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
      await agentic.runs.wait({ owner: 'ada', id: run.id, until })
    }
    await ended(3)
    const attempts = spans.named(attempt)
    const idOf = (index: number) => attempts[index]?.spanContext().spanId
    expect(attempts.map(({ attributes }) => attributes['agentic.attempt.outcome'])).toEqual([
      'awaiting_approval',
      'awaiting_approval',
      'completed',
    ])
    expect(attempts.map(({ attributes }) => attributes['agentic.steps.replayed'])).toEqual([
      0, 1, 3,
    ])
    const linked = { 'agentic.link': 'previous_attempt' }
    expect(
      attempts.map(({ links }) => links.map((link) => [link.context.spanId, link.attributes])),
    ).toEqual([[], [[idOf(0), linked]], [[idOf(1), linked]]])
    expect(spans.named('execute_tool pay')).toHaveLength(2)
  })

  test('runs inside a tool are its children, below spans of the app, and one that is all replayed has none', async () => {
    const hold = new Hold()
    const inner = new TurnModel('counted')
    const app = trace.getTracer('app')
    const count = () =>
      tool({
        name: 'count',
        description: 'count',
        parameters: z.object({}),
        execute: async () =>
          app.startActiveSpan('counting', async (span) => {
            const { run } = await import('@openai/agents')
            const { finalOutput } = await run(new Agent({ name: 'Counter', model: inner }), 'one')
            await hold.here()
            span.end()
            return finalOutput ?? ''
          }),
      })
    const model = new TurnModel([call('count')], 'Done')
    const agent = () => new Agent({ name: 'Lead', model, tools: [count()] })
    const tools = { count: { interrupted: 'rerun' } } as const
    await killAndRecover({ agent, events, tools }, hold.reached)
    await until(() => spans.named(attempt).some((one) => one.attributes['agentic.attempt'] === 2))
    const ofSecond = spans.all().filter((span) => span.attributes['agentic.attempt'] === 2)
    expect(ofSecond.map(({ name }) => name)).toEqual([
      'execute_tool count',
      'chat TurnModel',
      attempt,
    ])
    hold.release()
    await ended(2)
    expect(spans.paths()).toContain(
      `chat TurnModel < invoke_agent Counter < counting < execute_tool count < ${attempt}`,
    )
    const lost = spans.named(attempt).find((one) => one.attributes['agentic.attempt'] === 1)
    expect(lost?.attributes).toMatchObject({
      'agentic.attempt.outcome': 'lost',
      'error.type': 'lease_lost',
    })
  })
})

test('a run begins a trace of its own, whatever is active where it is submitted', async () => {
  const agentic = instance()
  const app = trace.getTracer('app')
  await app.startActiveSpan('request', async (span) => {
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    await agentic.runs.wait({ owner: 'ada', id })
    span.end()
  })
  await ended()
  const [request] = spans.named('request')
  const [root] = spans.named(attempt)
  const inside = spans.all().filter(({ name }) => name !== 'request')
  expect(inside).toHaveLength(2)
  expect(new Set(inside.map((one) => one.spanContext().traceId)).size).toBe(1)
  expect(root?.spanContext().traceId).not.toBe(request?.spanContext().traceId)
  expect(root?.links[0]?.context.spanId).toBe(request?.spanContext().spanId)
})

test('runs that are submitted at once are each linked to the span of their own request', async () => {
  const agentic = instance()
  await agentic.start()
  const requests = ['first', 'second', 'third']
  const submitted = requests.map(async (name) =>
    trace.getTracer('app').startActiveSpan(name, async (span) => {
      const run = await agentic.runs.submit({ owner: name, session: 'chat', input: 'Hi' })
      span.end()
      return run.id
    }),
  )
  const ids = await Promise.all(submitted)
  await ended(3)
  const linked = ids.map((id) => {
    const root = spans.named(attempt).find((one) => one.attributes['agentic.run.id'] === id)
    return root?.links.map(({ context }) => context.spanId)
  })
  expect(linked).toEqual(requests.map((name) => [spans.named(name)[0]?.spanContext().spanId]))
})

test('what goes on for as long as the process does not belong to the request that was the first', async () => {
  const queue = inProcessQueue()
  const active: unknown[] = []
  const noting: Queue = {
    ...queue,
    async listen(work, options) {
      active.push(trace.getActiveSpan())
      return queue.listen(work, options)
    },
  }
  const agentic = instance({ queue: noting })
  await trace.getTracer('app').startActiveSpan('request', async (span) => {
    await agentic.start()
    span.end()
  })
  expect(active).toEqual([undefined])
})

/** All that an exporter could tell of them. */
function textOf(all: ReturnType<typeof spans.all>): string {
  return JSON.stringify(
    all.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  )
}
