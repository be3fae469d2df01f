import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('replay of turns, %s', (events) => {
  test('neither a recorded response nor a recorded result is produced again', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel(
      [call('look', { note: 'a' })],
      [call('look', { note: 'b' })],
      async (request) => {
        await hold.here()
        return `Read ${results(request).join(' and ')}`
      },
    )
    const agent = () =>
      new Agent({
        name: 'Reader',
        model,
        tools: [notingTool('look', effects, (note) => `${note}${effects.length}`)],
      })
    const { run } = await killAndRecover({ agent, events }, hold.reached)
    expect(run).toMatchObject({ status: 'completed', output: 'Read a1 and b2 #4', attempt: 2 })
    expect(effects).toEqual(['look:a', 'look:b'])
    expect(model.calls).toBe(4)
  })

  test('of parallel calls only those that were not done are made again', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel(
      [call('quick', { note: '1' }), call('slow', { note: '2' }), call('quick', { note: '3' })],
      (request) => results(request).join(', '),
    )
    const agent = () => {
      const quick = notingTool('quick', effects)
      const slow = notingTool('slow', effects, async () => {
        await hold.here()
        return 'slow done'
      })
      return new Agent({ name: 'Reader', model, tools: [quick, slow] })
    }
    const tools = { slow: { interrupted: 'rerun' } } as const
    // The response and both quick ones.
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached, { recorded: 3 })
    expect(run).toMatchObject({ output: 'done 1, slow done, done 3 #2' })
    expect(effects.sort()).toEqual(['quick:1', 'quick:3', 'slow:2', 'slow:2'])
  })
})
