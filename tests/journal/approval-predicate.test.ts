import { Agent, run as runAgent, Runner, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { modes, runOnce } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

interface Asked {
  /** What the predicate was given, each time it was asked. */
  given: unknown[]
  /** What the tool was executed with. */
  executed: unknown[]
}

const parameters = z.object({
  amount: z.coerce.number(),
  currency: z.string().default('eur'),
  note: z.string().trim().toUpperCase().default('none'),
})

const cases: [string, string][] = [
  ['plain arguments', '{"amount":5,"currency":"usd","note":"hi"}'],
  ['coerced, defaulted and transformed arguments', '{"amount":"5","note":"hi"}'],
  ['unknown keys', '{"amount":5,"admin":true}'],
  ['arguments of a wrong type', '{"amount":"many"}'],
  ['missing arguments', '{}'],
  ['a list', '[1,2]'],
  ['a bare number', '5'],
  ['null', 'null'],
  ['arguments that end too early', '{"amount":5'],
  ['no arguments at all', ''],
]

describe.each(modes)('the predicate of a wrapped tool, %s', (events) => {
  describe.each([true, false])('that answers %s', (answer) => {
    test.each(cases)('is given what that of the unwrapped tool is: %s', async (_name, text) => {
      const plain = payer(text, answer)
      const outcome = await runAgent(plain.agent(), 'Go')
      const wrapped = payer(text, answer)
      const { run } = await runOnce({ agent: wrapped.agent, events })
      expect(wrapped.asked.given).toEqual(plain.asked.given)
      // The SDK asks a person also about arguments that it cannot run the tool with; we answer those with the error.
      const neverRuns = !isJson(text)
      const waits = outcome.interruptions.length > 0
      expect(run.status).toBe(waits && !neverRuns ? 'awaiting_approval' : 'completed')
      expect(wrapped.asked.executed).toEqual(plain.asked.executed)
      const parseError = [expect.stringContaining('An error occurred while parsing tool arguments')]
      expect(wrapped.told()).toEqual(neverRuns ? parseError : plain.told())
    })
  })

  test('decides about arguments that are no object, for tools with a JSON schema', async () => {
    for (const text of ['[1]', '5', '"text"', '{"a":1}']) {
      const build = () => {
        const given: unknown[] = []
        const model = new TurnModel([call('raw', text)], 'ok')
        const raw = tool({
          name: 'raw',
          description: 'raw',
          strict: false,
          parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
          needsApproval: async (_context, input) => {
            given.push(input)
            return false
          },
          execute: async () => 'ran',
        })
        return { given, agent: () => new Agent({ name: 'Raw', model, tools: [raw] }) }
      }
      const plain = build()
      const outcome = await runAgent(plain.agent(), 'Go')
      const wrapped = build()
      const { run } = await runOnce({ agent: wrapped.agent, events })
      expect(wrapped.given).toEqual(plain.given)
      const waits = outcome.interruptions.length > 0
      expect(run.status).toBe(waits ? 'awaiting_approval' : 'completed')
    }
  })

  test('that throws fails the run, as it does unwrapped', async () => {
    const build = () => {
      const model = new TurnModel([call('raw')], 'ok')
      const raw = tool({
        name: 'raw',
        description: 'raw',
        parameters: z.object({}),
        needsApproval: async () => {
          throw new Error('no database')
        },
        execute: async () => 'ran',
      })
      return new Agent({ name: 'Raw', model, tools: [raw] })
    }
    await expect(new Runner().run(build(), 'Go')).rejects.toThrowError(/no database/)
    const { run } = await runOnce({ agent: build, events })
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('no database') })
  })

  test('`needsApproval: true` waits whatever the arguments are, if the tool could run with them', async () => {
    for (const text of ['{"amount":5}', '{"amount":"many"}', '[1]']) {
      const model = new TurnModel([call('pay', text)], 'ok')
      const pay = () =>
        tool({
          name: 'pay',
          description: 'pays',
          parameters,
          needsApproval: true,
          execute: async () => 'paid',
        })
      const agent = () => new Agent({ name: 'Payer', model, tools: [pay()] })
      const outcome = await runAgent(agent(), 'Go')
      expect(outcome.interruptions).toHaveLength(1)
      const { run } = await runOnce({ agent, events })
      expect(run.status).toBe('awaiting_approval')
    }
  })
})

/** An agent that calls `pay` with this text, once. */
function payer(text: string, answer: boolean) {
  const asked: Asked = { given: [], executed: [] }
  const model = new TurnModel([call('pay', text)], 'ok')
  const pay = tool({
    name: 'pay',
    description: 'pays',
    parameters,
    needsApproval: async (_context, input, callId) => {
      asked.given.push([input, typeof callId])
      return answer
    },
    execute: async (input) => {
      asked.executed.push(input)
      return 'paid'
    },
  })
  const agent = () => new Agent({ name: 'Payer', model, tools: [pay] })
  const told = () => (model.calls > 1 ? results(model.requests[1]!) : [])
  return { asked, agent, told }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
