import { Agent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { z } from 'zod'
import {
  firstLife,
  Hold,
  killAndRecover,
  modes,
  notingTool,
  runOnce,
  type Mode,
} from '../support/lives.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql, stopWrites, until } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

/** Nothing is written between the start of the SDK's timer and the call, which so begins in time. */
const begins = { interrupted: 'rerun' } as const
const timedOut = "Tool 'slow' timed out after 30ms."

describe.each(modes)('a tool that takes too long, %s', (events) => {
  test('leaves the text its model was given as its result, also on replay', async () => {
    const { hold, model, agent, tools, toolRuns } = slowTool()
    const { run, events: log } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'ok #3' })
    expect(results(model.requests[2]!)).toEqual([timedOut, 'waited'])
    expect(toolRuns()).toBe(1)
    const outputs = log.filter(({ type }) => type === 'tool_output')
    expect(outputs.map(({ payload }) => payload['output'])).toEqual([timedOut, 'waited'])
  })

  test('shows its true result, when it comes at last, as an event only', async () => {
    const { run, log, steps, requests } = await lateResult(events)
    expect(run).toMatchObject({ status: 'completed', output: 'ok #3' })
    const late = log.filter(({ type }) => type === 'tool_output_late')
    expect(late.map(({ payload }) => payload['output'])).toEqual(['the truth'])
    expect(steps).toEqual([{ result: JSON.stringify({ v: timedOut }) }])
    expect(results(requests[2]!)[0]).toBe(timedOut)
  })

  test('and ends after its run has ended changes nothing', async () => {
    const end = Promise.withResolvers<void>()
    const slow = tool({
      name: 'slow',
      description: 'slow',
      parameters: z.object({}),
      timeoutMs: 30,
      execute: async () => end.promise.then(() => 'the truth'),
    })
    const model = new TurnModel([call('slow')], (request) => results(request).join())
    const agent = () => new Agent({ name: 'Slow', model, tools: [slow] })
    const { agentic, run, events: log } = await runOnce({ agent, events, tools: { slow: begins } })
    expect(run).toMatchObject({ status: 'completed', output: `${timedOut} #2` })
    end.resolve()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const query = { owner: 'ada', id: run.id }
    expect(await agentic.runs.events({ ...query, limit: 1000 })).toEqual(log)
    expect(await agentic.runs.get(query)).toEqual(run)
  })

  test('to be marked is not begun, and the timeout its model was given is recorded', async () => {
    const database = temporaryDatabase()
    let release = async () => {}
    let runs = 0
    const slow = tool({
      name: 'slow',
      description: 'slow',
      parameters: z.object({}),
      // Asked last before the mark is written, which then waits until the SDK's timer has gone off.
      needsApproval: async () => {
        release = await stopWrites(database)
        return false
      },
      timeoutMs: 30,
      timeoutErrorFunction: async () => {
        setTimeout(() => void release(), 50)
        return 'too slow'
      },
      execute: async () => void (runs += 1),
    })
    const model = new TurnModel([call('slow')], (request) => results(request).join())
    const agent = () => new Agent({ name: 'Slow', model, tools: [slow] })
    await expectTimedOut(firstLife({ agent, events }, database), database)
    expect(runs).toBe(0)
  })

  test('while its result is being recorded has the timeout its model was given as its result', async () => {
    const database = temporaryDatabase()
    let locked = Promise.resolve(async () => {})
    const slow = tool({
      name: 'slow',
      description: 'slow',
      parameters: z.object({}),
      timeoutMs: 1000,
      timeoutErrorFunction: async () => {
        setTimeout(() => void locked.then((release) => release()), 50)
        return 'too slow'
      },
      execute: async () => {
        locked = stopWrites(database)
        await locked
        return 'the truth'
      },
    })
    const model = new TurnModel([call('slow')], (request) => results(request).join())
    const agent = () => new Agent({ name: 'Slow', model, tools: [slow] })
    await expectTimedOut(firstLife({ agent, events, tools: { slow: begins } }, database), database)
  })

  test('while the loop stood still before it began still tells the model what it records', async () => {
    const slow = tool({
      name: 'slow',
      description: 'slow',
      parameters: z.object({}),
      timeoutMs: 40,
      // A timer counts from the loop's last look at the clock, so it goes off early after a stall.
      execute: async (_input, _context, details) =>
        new Promise((resolve) => {
          details?.signal?.addEventListener('abort', () => resolve('gave up'))
        }),
    })
    const stall = { name: 'stall', execute: async () => block(25) }
    const model = new TurnModel([call('slow')], (request) => results(request).join())
    const agent = () =>
      new Agent({
        name: 'Slow',
        model,
        tools: [slow],
        inputGuardrails: [stall],
      })
    const { database, run } = await runOnce({ agent, events })
    const [step] = await sql(database, "select result from agentic_step where kind = 'tool'")
    const { v } = JSON.parse(String(step?.['result'])) as { v: string }
    expect(run).toMatchObject({ output: `${v} #2` })
  })
})

function block(ms: number) {
  const end = performance.now() + ms
  while (performance.now() < end) continue
  return { tripwireTriggered: false, outputInfo: null }
}

/** A run whose model was given the timeout has it as the tool's recorded result. */
async function expectTimedOut(agentic: Agentic, database: string): Promise<void> {
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', output: 'too slow #2' })
  const steps = await sql(database, "select state, result from agentic_step where kind = 'tool'")
  expect(steps.map((step) => ({ ...step }))).toEqual([
    { state: 'done', result: JSON.stringify({ v: 'too slow' }) },
  ])
}

/** A tool that is timed out and never ends, and then a held one. */
function slowTool() {
  const hold = new Hold()
  let runs = 0
  const slow = tool({
    name: 'slow',
    description: 'slow',
    parameters: z.object({}),
    timeoutMs: 30,
    execute: async () => {
      runs += 1
      return new Promise<string>(() => {})
    },
  })
  const wait = notingTool('wait', [], async () => hold.here().then(() => 'waited'))
  const model = new TurnModel([call('slow')], [call('wait')], 'ok')
  const agent = () => new Agent({ name: 'Slow', model, tools: [slow, wait] })
  const tools = { slow: begins, wait: begins }
  return { hold, model, agent, tools, toolRuns: () => runs }
}

/** A tool that is timed out, and ends while the run goes on with another. */
async function lateResult(events: Mode) {
  const end = Promise.withResolvers<void>()
  const slow = tool({
    name: 'slow',
    description: 'slow',
    parameters: z.object({}),
    timeoutMs: 30,
    execute: async () => end.promise.then(() => 'the truth'),
  })
  const database = temporaryDatabase()
  const late = "select 1 from agentic_event where type = 'tool_output_late'"
  const wait = notingTool('wait', [], async () => {
    end.resolve()
    await until(async () => (await sql(database, late)).length > 0)
    return 'waited'
  })
  const model = new TurnModel([call('slow')], [call('wait')], 'ok')
  const agent = () => new Agent({ name: 'Slow', model, tools: [slow, wait] })
  const agentic = firstLife({ agent, events, tools: { slow: begins } }, database)
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const run = await agentic.runs.wait({ owner: 'ada', id })
  const log = await agentic.runs.events({ owner: 'ada', id, limit: 1000 })
  const steps = await sql(database, "select result from agentic_step where name = 'slow'")
  return { run, log, steps: steps.map((step) => ({ ...step })), requests: model.requests }
}
