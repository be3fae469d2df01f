import { Agent, retryPolicies } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { modes, notingTool, runOnce } from '../support/lives.ts'
import { sql } from '../support/sql.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

describe.each(modes)('a model that takes too long, %s', (events) => {
  test('and answers after its time is asked again, and only that answer is recorded', async () => {
    const effects: string[] = []
    const model = new TurnModel(
      async (_request, n) => {
        if (n === 1) await new Promise((resolve) => setTimeout(resolve, 300))
        return [call('work', { note: `${n}` })]
      },
      (request) => results(request).join(),
    )
    const agent = () =>
      new Agent({
        name: 'Slow',
        model,
        tools: [notingTool('work', effects)],
        modelSettings: {
          timeoutMs: 200,
          retry: { maxRetries: 3, policy: () => ({ retry: true, approveUnsafeReplay: true }) },
        },
      })
    const { run, database } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'completed', output: 'done 2 #3' })
    expect(run.usage.requests).toBe(2)
    const steps = await sql(
      database,
      "select path from agentic_step where kind = 'model' order by path",
    )
    expect(steps.map(({ path }) => path)).toEqual(['r/m0', 'r/m1'])
  })

  test('a call that failed and was tried again is one step', async () => {
    const model = new TurnModel((_request, n) => {
      if (n < 3) throw new Error('overloaded')
      return 'Hello'
    })
    const policy = retryPolicies.any(() => true)
    const retry = { maxRetries: 5, policy, backoff: { initialDelayMs: 1 } }
    const agent = () => new Agent({ name: 'Flaky', model, modelSettings: { retry } })
    const { run } = await runOnce({ agent, events })
    expect(run).toMatchObject({ status: 'completed', output: 'Hello #3' })
    expect(run.usage.requests).toBe(1)
  })
})
