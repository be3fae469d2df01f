import { Agent, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { currentCall } from 'agentic-node'
import { Hold, killAndRecover, modes, notingTool, runOnce } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('calls and their ids, %s', (events) => {
  test('empty and repeated call ids get fresh ones, and every call is made', async () => {
    const hold = new Hold()
    const effects: string[] = []
    const model = new TurnModel(
      [call('work', { note: 'a' }, ''), call('work', { note: 'b' }, '')],
      [call('work', { note: 'c' }, 'same'), call('work', { note: 'd' }, 'same')],
      [call('work', { note: 'e' }, 'same')],
      async (request) => hold.here().then(() => results(request).join()),
    )
    const agent = () => new Agent({ name: 'W', model, tools: [notingTool('work', effects)] })
    const { run } = await killAndRecover({ agent, events }, hold.reached)
    expect(run).toMatchObject({ output: 'done a,done b,done c,done d,done e #5' })
    expect(
      effects
        .map((effect) => effect.slice(-1))
        .toSorted()
        .join(''),
    ).toBe('abcde')
  })

  test('a tool called twice with the same arguments is executed twice', async () => {
    const effects: string[] = []
    const model = new TurnModel(
      [call('work', { note: 'x' }), call('work', { note: 'x' })],
      (request) => results(request).join(),
    )
    const agent = () => new Agent({ name: 'W', model, tools: [notingTool('work', effects)] })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ output: 'done x,done x #2' })
    expect(effects).toEqual(['work:x', 'work:x'])
  })

  test('an id that an earlier run of the session used is not taken for the same call', async () => {
    const effects: string[] = []
    const model = new TurnModel([call('work', { note: 'x' }, 'call_1')], (request) =>
      results(request).join(),
    )
    const agent = () => new Agent({ name: 'W', model, tools: [notingTool('work', effects)] })
    const { agentic, run } = await runOnce({ agent, events })
    const again = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Again' })
    const second = await agentic.runs.wait({ owner: 'ada', id: again.id })
    expect([run.status, second.status]).toEqual(['completed', 'completed'])
    expect(effects).toEqual(['work:x', 'work:x'])
    const items = await agentic.sessions.items({ owner: 'ada', key: 'chat' })
    const ids = items
      .filter((item) => item['type'] === 'function_call')
      .map((item) => item['callId'])
    expect(new Set(ids).size).toBe(2)
  })

  test('the idempotency key is the same on every attempt and differs between calls', async () => {
    const hold = new Hold()
    const keys: Record<string, string[]> = {}
    const work = () =>
      tool({
        name: 'work',
        description: 'works',
        parameters: z.object({ note: z.string() }),
        execute: async ({ note }) => {
          const { idempotencyKey, runId, path, owner, sessionKey } = currentCall()
          expect(idempotencyKey).toBe(`${runId}/${path}`)
          expect([owner, sessionKey]).toEqual(['ada', 'chat'])
          keys[note] = [...(keys[note] ?? []), idempotencyKey]
          await hold.here()
          return note
        },
      })
    const model = new TurnModel([call('work', { note: 'a' }), call('ask', { input: 'q' })], 'Done')
    const nestedModel = new TurnModel([call('work', { note: 'b' })], 'Asked')
    const agent = () => {
      const nested = new Agent({ name: 'Nested', model: nestedModel, tools: [work()] })
      return new Agent({ name: 'W', model, tools: [work(), nested.asTool({ toolName: 'ask' })] })
    }
    const tools = { work: { interrupted: 'rerun' } } as const
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(run.status).toBe('completed')
    const { a = [], b = [] } = keys
    expect(a).toHaveLength(2)
    expect(new Set(a).size).toBe(1)
    expect(new Set(b).size).toBe(1)
    expect(new Set([...a, ...b]).size).toBe(2)
  })

  test('outside of a tool there is no current call', async () => {
    expect(() => currentCall()).toThrowError(/outside of a tool call/)
    const told: string[] = []
    const instructions = () => {
      try {
        currentCall()
      } catch (error) {
        told.push((error as Error).message)
      }
      return 'Be kind'
    }
    const agent = () => new Agent({ name: 'W', model: new TurnModel('Hi'), instructions })
    await runOnce({ agent, events })
    expect(told).toEqual([expect.stringContaining('outside of a tool call')])
  })
})
