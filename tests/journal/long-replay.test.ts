import { Agent } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, TurnModel, turnOf } from '../support/turn-model.ts'

const turns = 199

describe.each(modes)('the replay of 200 turns, %s', (events) => {
  test('lets timers fire between turns, and repeats nothing', async () => {
    const hold = new Hold()
    const effects: string[] = []
    let replaying = false
    let ticksAtTurn = 0
    let ticks = 0
    const longestWait = { turns: 0 }
    const script = Array.from({ length: turns }, (_turn, n) => [call('work', { note: `${n}` })])
    const model = new TurnModel(...script, async () => {
      await hold.here()
      return 'ok'
    })
    const agent = (life: number) => {
      const work = notingTool('work', effects, () => 'done')
      // Asked for on every turn, replayed or not.
      const isEnabled = work.isEnabled
      work.isEnabled = async (...facts) => {
        if (replaying) {
          longestWait.turns = ticks === ticksAtTurn ? longestWait.turns + 1 : 0
          ticksAtTurn = ticks
        }
        return isEnabled(...facts)
      }
      replaying = life === 2
      return new Agent({ name: 'Long', model, tools: [work] })
    }
    const timer = setInterval(() => (ticks += 1), 1)
    const runOptions = { maxTurns: 200 }
    const { run } = await killAndRecover({ agent, events, runOptions }, hold.reached)
    clearInterval(timer)
    expect(run).toMatchObject({ status: 'completed', output: `ok #${turns + 2}` })
    expect(effects).toHaveLength(turns)
    expect(model.calls).toBe(turns + 2)
    expect(turnOf(model.requests.at(-1)!)).toBe(turns)
    // Without a pause no timer fires at all until the replay is over.
    expect(longestWait.turns).toBeLessThan(50)
  })
})
