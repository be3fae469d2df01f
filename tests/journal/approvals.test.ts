import { Agent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agentic } from 'agentic-node'
import { temporaryDatabase } from '../support/instance.ts'
import {
  firstLife,
  Hold,
  modes,
  notingTool,
  secondLife,
  type Mode,
  type Story,
} from '../support/lives.ts'
import { expireLease, sql } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('a tool call that needs approval, %s', (events) => {
  test('waits durably, is approved in another instance and then made once', async () => {
    const { story, model, effects } = payer(events)
    const { second, id } = await waitingElsewhere(story)
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id, status: 'pending' })
    expect(approval).toMatchObject({ toolName: 'pay', path: 'r/m0/t0', arguments: { amount: 5 } })
    expect(effects).toEqual([])
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'paid 5 #2' })
    expect(effects).toEqual([5])
    expect(model.calls).toBe(2)
    const log = await second.runs.events({ owner: 'ada', id })
    expect(log.map(({ type }) => type).filter((type) => type.startsWith('run.'))).toEqual([
      'run.created',
      'run.attempt_started',
      'run.awaiting_approval',
      'run.resumed',
      'run.attempt_started',
      'run.completed',
    ])
  })

  test('is rejected with a message, which is what the model is told', async () => {
    const { story, model, effects } = payer(events)
    const { second, id } = await waitingElsewhere(story)
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    const decision = { decision: 'reject', message: 'Too dear' } as const
    await second.approvals.decide({ owner: 'ada', id: approval!.id, ...decision })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'Too dear #2' })
    expect(effects).toEqual([])
    expect(model.calls).toBe(2)
  })

  test('is rejected without a message', async () => {
    const { story } = payer(events)
    const { second, id } = await waitingElsewhere(story)
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'reject' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ output: 'Tool execution was not approved. #2' })
  })

  test('does not run when it was rejected, though its predicate would now let it', async () => {
    let limit = 1
    const { story, effects } = payer(events, () => limit)
    const { second, id } = await waitingElsewhere(story)
    limit = 100
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'reject' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ output: 'Tool execution was not approved. #2' })
    expect(effects).toEqual([])
  })

  test('runs when it was approved, though its predicate would now say more', async () => {
    let asked = 0
    const { story, effects } = payer(events, () => {
      asked += 1
      if (asked > 1) throw new Error('asked again')
      return 1
    })
    const { second, id } = await waitingElsewhere(story)
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'paid 5 #2' })
    expect([effects, asked]).toEqual([[5], 1])
  })

  test('is not asked for when its predicate lets it', async () => {
    const { story, effects } = payer(events, () => 100)
    const first = firstLife(story)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    expect(await first.runs.wait({ owner: 'ada', id })).toMatchObject({ status: 'completed' })
    expect(effects).toEqual([5])
    expect(await first.approvals.list({ owner: 'ada' })).toEqual([])
  })

  test('lets its siblings run, once; several wait, and each is decided on its own', async () => {
    const effects: string[] = []
    const model = new TurnModel(
      [
        call('free', { note: '1' }),
        call('asked', { note: '2' }),
        call('asked', { note: '3' }),
        call('asked', { note: '4' }),
      ],
      (request) => results(request).join(', '),
    )
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      return new Agent({ name: 'P', model, tools: [notingTool('free', effects), asked] })
    }
    const { second, id } = await waitingElsewhere({ agent, events })
    const waiting = await second.approvals.list({ owner: 'ada', runId: id, status: 'pending' })
    expect(waiting.map(({ path }) => path).toSorted()).toEqual(['r/m0/t1', 'r/m0/t2', 'r/m0/t3'])
    expect(effects).toEqual(['free:1'])
    const decide = async (path: string, decision: 'approve' | 'reject') => {
      const found = waiting.find((one) => one.path === path)
      await second.approvals.decide({ owner: 'ada', id: found!.id, decision })
    }
    await decide('r/m0/t2', 'approve')
    await decide('r/m0/t1', 'reject')
    expect((await second.runs.get({ owner: 'ada', id })).status).toBe('awaiting_approval')
    expect(effects).toEqual(['free:1'])
    await decide('r/m0/t3', 'approve')
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({
      output: 'done 1, Tool execution was not approved., done 3, done 4 #2',
    })
    expect(effects.toSorted()).toEqual(['asked:3', 'asked:4', 'free:1'])
  })

  test('waits inside a nested agent, while its sibling agent goes on later', async () => {
    const effects: string[] = []
    const outer = new TurnModel(
      [call('ask_payer', { input: 'x' }), call('ask_reader', { input: 'y' })],
      (request) => results(request).join(' | '),
    )
    const payerModel = new TurnModel([call('asked', { note: '7' })], (request) =>
      results(request).join(),
    )
    const readerModel = new TurnModel([call('free', { note: '8' })], (request) =>
      results(request).join(),
    )
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      const free = notingTool('free', effects)
      const one = new Agent({ name: 'Payer', model: payerModel, tools: [asked] })
      const other = new Agent({ name: 'Reader', model: readerModel, tools: [free] })
      const tools = [
        one.asTool({ toolName: 'ask_payer' }),
        other.asTool({ toolName: 'ask_reader' }),
      ]
      return new Agent({ name: 'Lead', model: outer, tools })
    }
    const { second, id } = await waitingElsewhere({ agent, events })
    const [approval] = await second.approvals.list({ owner: 'ada', runId: id })
    expect(approval).toMatchObject({ toolName: 'asked', agentName: 'Payer' })
    await second.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'done 7 #2 | done 8 #2 #2' })
    expect(effects.toSorted()).toEqual(['asked:7', 'free:8'])
    expect([outer.calls, payerModel.calls, readerModel.calls]).toEqual([2, 2, 2])
  })

  test('an agent as a tool can need approval itself', async () => {
    const inner = new TurnModel('inner')
    const outer = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
    const agent = () => {
      const nested = new Agent({ name: 'Inner', model: inner })
      const ask = nested.asTool({ toolName: 'ask', needsApproval: true })
      return new Agent({ name: 'Lead', model: outer, tools: [ask] })
    }
    const { second, id } = await waitingElsewhere({ agent, events })
    expect(inner.calls).toBe(0)
    await approveAll(second, id)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'inner #1 #2' })
  })

  test('that was approved and then cut off is uncertain like any other', async () => {
    const hold = new Hold()
    const { story, effects } = payer(
      events,
      () => 1,
      async () => hold.here(),
    )
    const { first, second, id, database } = await waitingElsewhere({ ...story, concurrency: 1 })
    await second.close()
    await approveAll(first, id)
    await hold.reached
    await expireLease(database, id)
    const third = secondLife(story, database)
    const run = await third.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ output: expect.stringContaining('interrupted by a crash') })
    expect(effects).toEqual([5])
  })

  test('decided while its attempt still runs is found by the attempt after it', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel([call('slow'), call('asked', { note: 'x' })], (request) =>
      results(request).join(),
    )
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      const slow = notingTool('slow', effects, async () => hold.here().then(() => 'slow'))
      return new Agent({ name: 'P', model, tools: [slow, asked] })
    }
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    await expect.poll(async () => approveAll(agentic, id)).toBe(1)
    hold.release()
    const run = await agentic.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'slow,done x #2' })
    expect(effects.toSorted()).toEqual(['asked:x', 'slow:'])
  })

  test('under a tool that must not be repeated is refused instead of run twice', async () => {
    const { run: runAgent } = await import('@openai/agents')
    const effects: string[] = []
    const inner = new TurnModel([call('asked', { note: 'x' })], 'never')
    const outer = new TurnModel([call('work')], 'never')
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      const work = notingTool('work', effects, async () => {
        const nested = new Agent({ name: 'Inner', model: inner, tools: [asked] })
        return (await runAgent(nested, 'x')).finalOutput
      })
      return new Agent({ name: 'Lead', model: outer, tools: [work] })
    }
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'approval_unsupported' })
    expect(run).toMatchObject({ error: expect.stringContaining('`asked` at') })
    expect(effects).toEqual(['work:'])
  })

  test('under a repeatable tool that runs an agent waits, and nothing recorded is redone', async () => {
    const { run: runAgent } = await import('@openai/agents')
    const effects: string[] = []
    const inner = new TurnModel(
      [call('free', { note: '1' }), call('asked', { note: '2' })],
      (request) => results(request).join(),
    )
    const outer = new TurnModel([call('work')], (request) => results(request).join())
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      const work = notingTool('work', [], async () => {
        const tools = [notingTool('free', effects), asked]
        return (await runAgent(new Agent({ name: 'Inner', model: inner, tools }), 'x')).finalOutput
      })
      return new Agent({ name: 'Lead', model: outer, tools: [work] })
    }
    const tools = { work: { interrupted: 'rerun' } } as const
    const { second, id } = await waitingElsewhere({ agent, events, tools })
    await approveAll(second, id)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'done 1,done 2 #2 #2' })
    expect(effects).toEqual(['free:1', 'asked:2'])
    expect([outer.calls, inner.calls]).toEqual([2, 2])
  })

  test('is still looked at by the tool’s input guardrails', async () => {
    const effects: string[] = []
    const model = new TurnModel([call('asked', { note: 'x' })], (request) =>
      results(request).join(),
    )
    const agent = () => {
      const asked = notingTool('asked', effects)
      asked.needsApproval = async () => true
      asked.inputGuardrails = [
        {
          type: 'tool_input',
          name: 'no x',
          run: async () => ({ behavior: { type: 'rejectContent', message: 'no x, please' } }),
        },
      ] as never
      return new Agent({ name: 'P', model, tools: [asked] })
    }
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    const run = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(run).toMatchObject({ status: 'completed', output: 'no x, please #2' })
    expect(effects).toEqual([])
  })

  test('cannot become the output of an agent that stops on its first tool', async () => {
    const { story, effects } = payer(
      events,
      () => 1,
      async () => {},
      {
        toolUseBehavior: 'stop_on_first_tool',
      },
    )
    const { second, id } = await waitingElsewhere(story)
    await approveAll(second, id)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'paid 5' })
    expect(effects).toEqual([5])
  })
})

/** An agent that pays 5, and has to ask above a limit. */
function payer(
  events: Mode,
  limit: () => number = () => 1,
  during: () => Promise<void> = async () => {},
  settings: { toolUseBehavior?: 'stop_on_first_tool' } = {},
) {
  const effects: number[] = []
  const model = new TurnModel([call('pay', { amount: 5 })], (request) => results(request).join())
  const agent = () => {
    const pay = tool({
      name: 'pay',
      description: 'pays',
      parameters: z.object({ amount: z.number() }),
      needsApproval: async (_context, { amount }) => amount > limit(),
      execute: async ({ amount }) => {
        effects.push(amount)
        await during()
        return `paid ${amount}`
      },
    })
    return new Agent({ name: 'Payer', model, tools: [pay], ...settings })
  }
  return { story: { agent, events }, model, effects }
}

/** A run that waits for approval, and an instance that did not execute it, after the first one was closed or not. */
async function waitingElsewhere(story: Story) {
  const database = temporaryDatabase()
  const first = firstLife(story, database)
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const run = await first.runs.wait({ owner: 'ada', id, until: 'pause' })
  expect(run.status).toBe('awaiting_approval')
  const [row] = await sql(database, 'select lease_expires_at, worker_id from agentic_run')
  expect({ ...row }).toEqual({ lease_expires_at: null, worker_id: null })
  if (story.concurrency === undefined) await first.close()
  const second = secondLife(story, database)
  return { first, second, id, database }
}

/** Approves what waits, and answers how much it was. */
async function approveAll(agentic: Agentic, runId: string): Promise<number> {
  const waiting = await agentic.approvals.list({ owner: 'ada', runId, status: 'pending' })
  for (const { id } of waiting) {
    await agentic.approvals.decide({ owner: 'ada', id, decision: 'approve' })
  }
  return waiting.length
}
