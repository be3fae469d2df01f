import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('code that changed under a live run, %s', (events) => {
  test('a tool that is gone fails the run, naming the step', async () => {
    const { run, model, effects } = await changed(
      ({ look, wait }) => new Agent({ name: 'A', tools: [look, wait] }),
      ({ wait }) => new Agent({ name: 'A', tools: [wait] }),
    )
    expect(run).toMatchObject({ status: 'failed', errorCode: 'divergence' })
    expect(run).toMatchObject({ error: expect.stringMatching(/r\/m0 .*`look`/) })
    expect(model.calls).toBe(2)
    expect(effects).toEqual(['look:'])
  })

  test('a tool that is gone from a nested agent fails the run as well', async () => {
    const inner = new TurnModel([call('look')], 'looked')
    const { run } = await changed(
      ({ look, wait }) => {
        const nested = new Agent({ name: 'N', model: inner, tools: [look] })
        return new Agent({ name: 'A', tools: [nested.asTool({ toolName: 'look' }), wait] })
      },
      ({ wait }) => {
        const nested = new Agent({ name: 'N', model: inner })
        const other = new Agent({
          name: 'M',
          model: inner,
          tools: [nested.asTool({ toolName: 'x' })],
        })
        return new Agent({ name: 'A', tools: [other.asTool({ toolName: 'see' }), wait] })
      },
    )
    expect(run).toMatchObject({ status: 'failed', errorCode: 'divergence' })
  })

  test('a tool added and instructions changed do not matter', async () => {
    const { run, model, drifts } = await changed(
      ({ look, wait }) => new Agent({ name: 'A', instructions: 'old', tools: [look, wait] }),
      ({ look, wait, other }) =>
        new Agent({ name: 'A', instructions: 'new', tools: [other, look, wait] }),
    )
    expect(run).toMatchObject({ status: 'completed', output: 'done ,waited #3' })
    expect(model.calls).toBe(3)
    expect(drifts).toEqual([])
  })

  test('an agent renamed goes on, and an event says so', async () => {
    const { run, model, drifts } = await changed(
      ({ look, wait }) => new Agent({ name: 'Old', tools: [look, wait] }),
      ({ look, wait }) => new Agent({ name: 'New', tools: [look, wait] }),
    )
    expect(run).toMatchObject({ status: 'completed' })
    expect(model.calls).toBe(3)
    expect(drifts).toEqual([
      { path: 'r/m0', was: 'Old', is: 'New' },
      { path: 'r/m1', was: 'Old', is: 'New' },
    ])
  })

  type Build = (tools: Record<'look' | 'wait' | 'other', ReturnType<typeof notingTool>>) => Agent

  /** A run held in its second turn by one agent and recovered by another. */
  async function changed(before: Build, after: Build) {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel([call('look', { input: 'x' })], [call('wait')], (request) =>
      results(request).join(),
    )
    const agent = (life: number) => {
      const build = life === 1 ? before : after
      const tools = {
        look: notingTool('look', effects),
        wait: notingTool('wait', [], async () => hold.here().then(() => 'waited')),
        other: notingTool('other', effects),
      }
      return build(tools).clone({ model })
    }
    const tools = { wait: { interrupted: 'rerun' } } as const
    const { run, events: log } = await killAndRecover({ agent, events, tools }, hold.reached)
    const drifts = log.filter(({ type }) => type === 'run.drift').map(({ payload }) => payload)
    return { run, model, effects, drifts }
  }
})
