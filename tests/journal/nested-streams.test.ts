import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../support/instance.ts'
import { firstLife, Hold, killAndRecover, modes, notingTool, secondLife } from '../support/lives.ts'
import { sql } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('an agent as a tool whose events the app listens to, %s', (events) => {
  test('is replayed like any other', async () => {
    const { hold, outer, inner, effects, agent } = listenedTo()
    const tools = { work: { interrupted: 'rerun' } } as const
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'inner heard first,worked #3 #2' })
    expect([outer.calls, inner.calls]).toEqual([2, 3])
    expect(effects).toEqual(['look:', 'work:', 'work:'])
  })

  test('that was drained in the middle leaves no empty answer behind', async () => {
    const { hold, outer, inner, effects, agent } = listenedTo()
    const database = temporaryDatabase()
    const first = firstLife({ agent, events, drainSeconds: 20 }, database)
    const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    await hold.reached
    const closed = first.close()
    hold.release()
    await closed
    const done = await sql(database, "select path from agentic_step where state = 'done'")
    expect(done.map(({ path }) => path)).not.toContain('r/m0/t0')
    const second = secondLife({ agent, events }, database)
    const run = await second.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'inner heard first,worked #3 #2' })
    expect([outer.calls, inner.calls]).toEqual([2, 3])
    expect(effects).toEqual(['look:', 'work:'])
  })

  test('waits for an approval inside', async () => {
    const { hold, effects, agent } = listenedTo(true)
    hold.release()
    const agentic = firstLife({ agent, events })
    const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
    const waiting = await agentic.runs.wait({ owner: 'ada', id, until: 'pause' })
    expect(waiting.status).toBe('awaiting_approval')
    const [approval] = await agentic.approvals.list({ owner: 'ada', runId: id })
    await agentic.approvals.decide({ owner: 'ada', id: approval!.id, decision: 'approve' })
    const run = await agentic.runs.wait({ owner: 'ada', id })
    expect(run).toMatchObject({ status: 'completed', output: 'inner heard first,worked #3 #2' })
    expect(effects).toEqual(['look:', 'work:'])
  })
})

/** A nested agent that is streamed because somebody listens, held in its second tool. */
function listenedTo(needsApproval = false) {
  const hold = new Hold()
  const effects: string[] = []
  const outer = new TurnModel([call('ask', { input: 'x' })], (request) => results(request).join())
  const inner = new TurnModel(
    [call('look')],
    [call('work')],
    (request) => `inner heard ${results(request).join()}`,
  )
  const agent = () => {
    const look = notingTool('look', effects, () => 'first')
    const work = notingTool('work', effects, async () => hold.here().then(() => 'worked'))
    work.needsApproval = async () => needsApproval
    const asked = new Agent({ name: 'Inner', model: inner, tools: [look, work] })
    const ask = asked.asTool({ toolName: 'ask', onStream: () => {} })
    return new Agent({ name: 'Outer', model: outer, tools: [ask] })
  }
  return { hold, effects, outer, inner, agent }
}
