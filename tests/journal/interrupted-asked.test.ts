import { Agent, run as runAgent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, modes, notingTool, secondLife, type Mode } from '../support/lives.ts'
import { expireLease } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'
import { decideAndWait, interruptedRun, pendingOf } from '../support/waiting.ts'

const ask = { pay: { interrupted: 'ask' } } as const

describe.each(modes)('a tool call that was cut off and is put before a person, %s', (events) => {
  test('waits, and is answered with what the person says that it came to', async () => {
    const { second, id, effects, model, pending } = await cutOff(events)
    expect(pending).toMatchObject([
      { kind: 'interrupted', toolName: 'pay', path: 'r/m0/t0', arguments: { note: '100' } },
    ])
    const log = await second.runs.events({ owner: 'ada', id })
    expect(log.findLast(({ type }) => type === 'tool_approval_requested')?.payload).toMatchObject({
      approval_id: pending[0]!.id,
      kind: 'interrupted',
      expires_at: null,
    })
    const run = await decideAndWait(second, pending[0]!, { decision: 'done', result: 'paid, #7' })
    expect(run).toMatchObject({ status: 'completed', output: 'paid, #7 #2' })
    expect(effects).toEqual(['pay:100'])
    expect([model.calls, run.usage.requests]).toEqual([2, 2])
  })

  test('is answered with whatever JSON the person gives', async () => {
    const { second, model, pending } = await cutOff(events)
    await decideAndWait(second, pending[0]!, { decision: 'done', result: { paid: [100, null] } })
    expect(results(model.requests[1]!)).toEqual(['{"paid":[100,null]}'])
  })

  test('is made once more when the person says so', async () => {
    const { second, effects, pending } = await cutOff(events)
    const run = await decideAndWait(second, pending[0]!, { decision: 'rerun' })
    expect(run).toMatchObject({ status: 'completed', output: 'paid 100 #2' })
    expect(effects).toEqual(['pay:100', 'pay:100'])
  })

  test('fails its run at once when the person says so, with the reason', async () => {
    const { second, id, effects, model, pending } = await cutOff(events)
    const decision = { decision: 'fail', message: 'paid by hand', decidedBy: 'bob' } as const
    const run = await decideAndWait(second, pending[0]!, decision)
    expect(run).toMatchObject({ status: 'failed', errorCode: 'interrupted' })
    expect(run).toMatchObject({ error: expect.stringMatching(/`pay` at.*bob.*paid by hand/) })
    expect([effects, model.calls]).toEqual([['pay:100'], 1])
    const log = await second.runs.events({ owner: 'ada', id })
    expect(log.slice(-2).map(({ type }) => type)).toEqual(['tool_approval_decided', 'run.failed'])
    expect(await second.sessions.items({ owner: 'ada', key: 'chat' })).toEqual([])
  })

  test('is asked about anew when it is cut off again while it is made once more', async () => {
    const { second, id, database, story, again, effects, pending } = await cutOff(events, 2)
    await second.approvals.decide({ owner: 'ada', id: pending[0]!.id, decision: 'rerun' })
    await again.reached
    await expireLease(database, id)
    const third = secondLife(story, database)
    await expect.poll(async () => pendingOf(third, id)).toHaveLength(1)
    const [other] = await pendingOf(third, id)
    expect(other).toMatchObject({ kind: 'interrupted', path: 'r/m0/t0', status: 'pending' })
    expect(other!.id).not.toBe(pending[0]!.id)
    const run = await decideAndWait(third, other!, { decision: 'done', result: 'paid twice' })
    expect(run).toMatchObject({ status: 'completed', output: 'paid twice #2' })
    expect(effects).toEqual(['pay:100', 'pay:100'])
  })

  test.each([
    ['stop_on_first_tool', { toolUseBehavior: 'stop_on_first_tool' as const }, 'paid'],
    ['a typed output', { outputType: z.object({ paid: z.number() }) }, '{"paid":100}'],
  ])('whose report could become the output is one, too: %s', async (_name, settings, result) => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel([call('pay', { note: '100' })], () => [
      { type: 'message', role: 'assistant', status: 'completed', content: said },
    ])
    const agent = () => {
      const pay = notingTool('pay', effects, async () => hold.here())
      return new Agent({ name: 'Payer', model, tools: [pay], ...settings } as never)
    }
    const { second, pending } = await interruptedRun({ agent, events }, hold.reached)
    expect(pending).toMatchObject([{ kind: 'interrupted', toolName: 'pay' }])
    const run = await decideAndWait(second, pending[0]!, { decision: 'done', result })
    expect(run.status).toBe('completed')
    expect(effects).toEqual(['pay:100'])
  })

  test('inside a nested agent waits like any other', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const outer = new TurnModel([call('ask', { input: 'pay' })], (request) =>
      results(request).join(),
    )
    const inner = new TurnModel([call('pay', { note: '100' })], (request) =>
      results(request).join(),
    )
    const agent = () => {
      const pay = notingTool('pay', effects, async () => hold.here())
      const nested = new Agent({ name: 'Payer', model: inner, tools: [pay] })
      return new Agent({ name: 'Lead', model: outer, tools: [nested.asTool({ toolName: 'ask' })] })
    }
    const story = { agent, events, tools: ask }
    const { second, pending } = await interruptedRun(story, hold.reached)
    expect(pending).toMatchObject([{ kind: 'interrupted', agentName: 'Payer' }])
    const run = await decideAndWait(second, pending[0]!, { decision: 'done', result: 'paid' })
    expect(run).toMatchObject({ status: 'completed', output: 'paid #2 #2' })
    expect([effects, outer.calls, inner.calls]).toEqual([['pay:100'], 2, 2])
  })

  test('inside a tool that may not be repeated fails the run instead of running that twice', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const inner = new TurnModel([call('pay', { note: '100' })], 'never')
    const outer = new TurnModel([call('work')], 'never')
    const agent = () => {
      const pay = notingTool('pay', effects, async () => hold.here())
      const work = notingTool('work', effects, async () => {
        const nested = new Agent({ name: 'Inner', model: inner, tools: [pay] })
        return (await runAgent(nested, 'x')).finalOutput
      })
      return new Agent({ name: 'Lead', model: outer, tools: [work] })
    }
    const tools = { ...ask, work: { interrupted: 'ask' } } as const
    const { second, pending } = await interruptedRun({ agent, events, tools }, hold.reached)
    expect(pending).toMatchObject([{ kind: 'interrupted', toolName: 'work' }])
    const run = await decideAndWait(second, pending[0]!, { decision: 'rerun' })
    expect(run).toMatchObject({ status: 'failed', errorCode: 'interrupted_needs_decision' })
    expect(run).toMatchObject({ error: expect.stringContaining('`pay` at') })
    expect(effects).toEqual(['work:', 'pay:100', 'work:'])
  })
})

const said = [{ type: 'output_text' as const, text: '{"paid":100}' }]

/** A run cut off inside the tool `pay`, which waits for a person; `again` holds the call that is made once more. */
async function cutOff(events: Mode, holds = 1) {
  const hold = new Hold()
  const again = new Hold(holds > 1)
  const effects: string[] = []
  const model = new TurnModel([call('pay', { note: '100' })], (request) => results(request).join())
  const agent = () => {
    const pay = notingTool('pay', effects, async (note) => {
      await (effects.length === 1 ? hold : again).here()
      return `paid ${note}`
    })
    return new Agent({ name: 'Payer', model, tools: [pay] })
  }
  const story = { agent, events, tools: ask }
  return { ...(await interruptedRun(story, hold.reached)), story, again, effects, model }
}
