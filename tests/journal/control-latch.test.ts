import { Agent, retryPolicies, run as runAgent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { temporaryDatabase } from '../support/instance.ts'
import {
  firstLife,
  Hold,
  killAndRecover,
  modes,
  notingTool,
  secondLife,
  type Mode,
} from '../support/lives.ts'
import { expireLease, sql } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const rerun = { work: { interrupted: 'rerun' } } as const

describe.each(modes)('a stop that comes inside a nested agent, %s', (events) => {
  test('by cancel: the outer model is not asked again and the run ends cancelled', async () => {
    const { hold, outer, inner, agent } = nested()
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    await agentic.runs.cancel({ owner: 'ada', id })
    hold.release()
    const run = await agentic.runs.wait({ owner: 'ada', id })
    expect(run.status).toBe('cancelled')
    await agentic.close()
    expect([outer.calls, inner.calls]).toEqual([1, 1])
  })

  test('by cancel: what the SDK makes of the stopped agent is not taken for its answer', async () => {
    const hold = new Hold()
    const outer = new TurnModel([call('ask', { input: 'x' })], 'never')
    const inner = new TurnModel([call('work')], 'never')
    const agent = () => {
      const work = tool({
        name: 'work',
        description: 'works',
        parameters: z.object({}),
        errorFunction: null,
        execute: async () => {
          await hold.here()
          throw new Error('fell over while stopping')
        },
      })
      const asked = new Agent({ name: 'Inner', model: inner, tools: [work] })
      return new Agent({ name: 'Outer', model: outer, tools: [asked.asTool({ toolName: 'ask' })] })
    }
    const database = temporaryDatabase()
    const agentic = firstLife({ agent, events }, database)
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    await agentic.runs.cancel({ owner: 'ada', id })
    hold.release()
    expect((await agentic.runs.wait({ owner: 'ada', id })).status).toBe('cancelled')
    const done = await sql(
      database,
      "select path from agentic_step where state = 'done' order by path",
    )
    expect(done.map(({ path }) => path)).not.toContain('r/m0/t0')
    expect(await agentic.sessions.items({ owner: 'ada', key: 'chat' })).toEqual([])
  })

  test('by drain: the run goes on elsewhere, at the step where it was', async () => {
    const { hold, outer, inner, effects, agent } = nested()
    const database = temporaryDatabase()
    const first = firstLife({ agent, events, drainSeconds: 20 }, database)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    const closed = first.close()
    hold.release()
    await closed
    expect([outer.calls, inner.calls]).toEqual([1, 1])
    expect(await sql(database, 'select status, attempt from agentic_run')).toEqual([
      { status: 'pending', attempt: 1 },
    ])
    const second = secondLife({ agent, events }, database)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'inner heard worked #2 #2' })
    expect([outer.calls, inner.calls, effects.length]).toEqual([2, 2, 1])
  })

  test('by a lost lease: the first instance asks no model and writes nothing any more', async () => {
    const { hold, outer, inner, agent } = nested()
    const { first, second, run } = await killAndRecover(
      { agent, events, tools: rerun },
      hold.reached,
    )
    expect(run.status).toBe('completed')
    expect([outer.calls, inner.calls]).toEqual([2, 2])
    hold.release()
    await first.close()
    expect([outer.calls, inner.calls]).toEqual([2, 2])
    expect(await second.runs.get({ owner: 'ada', id: run.id })).toEqual(run)
  })

  test('by a failure: an agent that cannot run durably fails the run, not only the call', async () => {
    const outer = new TurnModel([call('ask', { input: 'x' })], 'never')
    const inner = new TurnModel('never')
    const loose = tool({
      name: 'loose',
      description: 'keeps a memory of its own',
      parameters: z.object({}),
      execute: async () => {
        const options = { previousResponseId: 'resp_1' }
        const result = await runAgent(new Agent({ name: 'Inner', model: inner }), 'x', options)
        return result.finalOutput
      },
    })
    const middle = new TurnModel([call('loose')], 'swallowed')
    const agent = () => {
      const asked = new Agent({ name: 'Middle', model: middle, tools: [loose] })
      return new Agent({ name: 'Outer', model: outer, tools: [asked.asTool({ toolName: 'ask' })] })
    }
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    const run = await agentic.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'unsupported_agent' })
    expect(run).toMatchObject({ error: expect.stringContaining('previousResponseId') })
    expect([outer.calls, middle.calls, inner.calls]).toEqual([1, 1, 0])
  })
})

describe.each(modes)('a stop, %s', (events) => {
  test('is not retried, even by a policy that retries everything', async () => {
    const { first, hold, model, id } = await heldInModel(events)
    await first.runs.cancel({ owner: 'ada', id })
    const run = await first.runs.wait({ owner: 'ada', id })
    hold.release()
    await first.close()
    expect(run.status).toBe('cancelled')
    expect(model.calls).toBe(1)
  })

  test('of a lost run is not retried either', async () => {
    const { first, hold, model, id, database, story } = await heldInModel(events)
    await expireLease(database, id)
    const second = secondLife(story, database)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'Hello #2' })
    hold.release()
    await first.close()
    expect(model.calls).toBe(2)
    expect(await second.runs.get({ owner: 'ada', id })).toEqual(run)
  })

  test('by drain lets a tool that must not be repeated finish, with the runs inside it', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const inner = new TurnModel([call('note')], 'noted')
    const outer = new TurnModel([call('work')], (request) => results(request).join())
    const agent = () => {
      const note = notingTool('note', effects, async () => hold.here().then(() => 'ok'))
      const work = tool({
        name: 'work',
        description: 'works',
        parameters: z.object({}),
        execute: async () => {
          effects.push('work')
          const result = await runAgent(
            new Agent({ name: 'Inner', model: inner, tools: [note] }),
            'x',
          )
          return `${result.finalOutput}`
        },
      })
      return new Agent({ name: 'Outer', model: outer, tools: [work] })
    }
    const database = temporaryDatabase()
    const first = firstLife({ agent, events, drainSeconds: 20 }, database)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    const closed = first.close()
    hold.release()
    await closed
    const second = secondLife({ agent, events }, database)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'noted #2 #2', attempt: 2 })
    expect(effects).toEqual(['work', 'note:'])
    expect([outer.calls, inner.calls]).toEqual([2, 2])
  })

  test('by drain while a call waits for approval does not take the wait for an output', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel([call('asked', { note: 'a' }), call('slow')], 'never')
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      const slow = notingTool('slow', effects, async () => hold.here().then(() => 'slow'))
      return new Agent({
        name: 'Stops',
        model,
        tools: [asked, slow],
        toolUseBehavior: 'stop_on_first_tool',
      })
    }
    const database = temporaryDatabase()
    const first = firstLife({ agent, events, drainSeconds: 20 }, database)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    await expect.poll(async () => first.approvals.list({ owner: 'ada' })).toHaveLength(1)
    const closed = first.close()
    hold.release()
    await closed
    const second = secondLife({ agent, events }, database)
    const waiting = await second.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(waiting.status).toBe('awaiting_approval')
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'done a' })
    expect(effects.toSorted()).toEqual(['asked:a', 'slow:'])
  })

  test('by drain of a repeatable tool leaves no result made of the stop', async () => {
    const hold = new Hold()
    const seen: string[] = []
    const inner = new TurnModel([call('note')], 'noted')
    const outer = new TurnModel([call('work')], (request) => results(request).join())
    const agent = () => {
      const note = notingTool('note', [], async () => hold.here().then(() => 'ok'))
      const work = tool({
        name: 'work',
        description: 'works',
        parameters: z.object({}),
        errorFunction: null,
        execute: async () => {
          const result = await runAgent(
            new Agent({ name: 'Inner', model: inner, tools: [note] }),
            'x',
          )
          seen.push(`${result.finalOutput}`)
          return `${result.finalOutput}`
        },
      })
      return new Agent({ name: 'Outer', model: outer, tools: [work] })
    }
    const database = temporaryDatabase()
    const first = firstLife({ agent, events, drainSeconds: 20, tools: rerun }, database)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    const closed = first.close()
    hold.release()
    await closed
    const second = secondLife({ agent, events, tools: rerun }, database)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'noted #2 #2', attempt: 2 })
    expect(seen).toEqual(['noted #2'])
    expect([outer.calls, inner.calls]).toEqual([2, 2])
  })
})

/** An agent whose nested agent is held in a tool. */
function nested() {
  const hold = new Hold()
  const effects: string[] = []
  const outer = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
  const inner = new TurnModel([call('work')], (request) => `inner heard ${results(request).join()}`)
  const agent = () => {
    const work = notingTool('work', effects, async () => hold.here().then(() => 'worked'))
    const asked = new Agent({ name: 'Inner', model: inner, tools: [work] })
    return new Agent({ name: 'Outer', model: outer, tools: [asked.asTool({ toolName: 'ask' })] })
  }
  return { hold, effects, outer, inner, agent }
}

/** A run that is held in its model call, under a policy that retries whatever goes wrong. */
async function heldInModel(events: Mode) {
  const hold = new Hold()
  const model = new TurnModel(async () => {
    await hold.here()
    return 'Hello'
  })
  const policy = retryPolicies.any(() => ({ retry: true, approveUnsafeReplay: true }))
  const agent = () =>
    new Agent({
      name: 'Stubborn',
      model,
      modelSettings: { retry: { maxRetries: 5, policy, backoff: { initialDelayMs: 1 } } },
    })
  const database = temporaryDatabase()
  const story = { agent, events, cancelGraceSeconds: 0.2 }
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await hold.reached
  return { first, hold, model, id, database, story }
}
