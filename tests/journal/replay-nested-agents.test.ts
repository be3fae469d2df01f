import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { Hold, killAndRecover, modes, notingTool, runOnce, type Mode } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const rerun = { interrupted: 'rerun' } as const

describe.each(modes)('replay of agents that are tools, %s', (events) => {
  test('a nested agent goes on at the step where it was, in parallel with its sibling', async () => {
    const { tell, hold, counts } = twoResearchers(events)
    const { run, events: log } = await killAndRecover(tell, hold.reached)
    expect(run).toMatchObject({
      status: 'completed',
      output: 'Both say: north found N1 #2, south found S1 #2 #2',
    })
    expect(counts()).toEqual({
      outer: 2,
      north: 2,
      south: 2,
      effects: ['dig:north', 'dig:south', 'dig:south'],
    })
    expect(log.filter(({ type }) => type === 'tool_called')).toHaveLength(4)
  })

  test('its usage is that of a run that was never killed', async () => {
    const killed = twoResearchers(events)
    const { run } = await killAndRecover(killed.tell, killed.hold.reached)
    const unkilled = twoResearchers(events)
    unkilled.hold.release()
    const plain = await runOnce(unkilled.tell)
    expect(plain.run.status).toBe('completed')
    expect(run.usage).toEqual(plain.run.usage)
    expect(run.usage).toEqual({
      requests: 6,
      inputTokens: 60,
      outputTokens: 30,
      totalTokens: 90,
    })
  })
})

/** An agent that asks two others at once; the second one's tool is held. */
function twoResearchers(events: Mode) {
  const hold = new Hold()
  const effects: string[] = []
  const northDone = Promise.withResolvers<void>()
  const outer = new TurnModel(
    [call('ask_north', { input: 'dig' }), call('ask_south', { input: 'dig' })],
    (request) => `Both say: ${results(request).join(', ')}`,
  )
  const north = new TurnModel([call('dig', { note: 'north' })], (request) => {
    northDone.resolve()
    return `north found ${results(request).join()}`
  })
  const south = new TurnModel(
    [call('dig', { note: 'south' })],
    (request) => `south found ${results(request).join()}`,
  )
  const dig = () =>
    notingTool('dig', effects, async (note) => {
      if (note === 'south') {
        await northDone.promise
        await hold.here()
      }
      return note === 'north' ? 'N1' : 'S1'
    })
  const agent = () => {
    const nested = (name: string, model: TurnModel) =>
      new Agent({ name, model, tools: [dig()] }).asTool({ toolName: `ask_${name}` })
    return new Agent({
      name: 'Lead',
      model: outer,
      tools: [nested('north', north), nested('south', south)],
    })
  }
  return {
    hold,
    tell: { agent, events, tools: { dig: rerun } },
    counts: () => ({
      outer: outer.calls,
      north: north.calls,
      south: south.calls,
      effects: effects.toSorted(),
    }),
  }
}
