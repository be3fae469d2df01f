import { Agent, run, tool } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Hold, killAndRecover, modes } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const repetitions = 20

describe.each(modes)('runs inside tools, %s', (events) => {
  test('answers of runs in parallel are not swapped on replay, whoever comes first', async () => {
    for (let n = 0; n < repetitions; n += 1) {
      const hold = new Hold()
      const inner = new TurnModel((request) => `about ${said(request.input)}`)
      const outer = new TurnModel([call('compare')], (request) => results(request).join())
      const answers: string[] = []
      const compare = tool({
        name: 'compare',
        description: 'compares',
        parameters: z.object({}),
        execute: async () => {
          const ask = async (subject: string) => {
            // Another order every time.
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
            const { finalOutput } = await run(new Agent({ name: 'Reader', model: inner }), subject)
            return String(finalOutput)
          }
          const found = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(ask))
          answers.push(found.join(', '))
          await hold.here()
          return found.join(', ')
        },
      })
      const agent = () => new Agent({ name: 'Lead', model: outer, tools: [compare] })
      const tools = { compare: { interrupted: 'rerun' } } as const
      const { first, second } = await killAndRecover({ agent, events, tools }, hold.reached)
      expect(answers[0]).toMatch(
        /^about a #\d, about b #\d, about c #\d, about d #\d, about e #\d$/,
      )
      expect(answers).toEqual([answers[0], answers[0]])
      expect(inner.calls).toBe(5)
      hold.release()
      await Promise.all([first.close(), second.close()])
    }
  })

  test('a tool that was cut off after some of its runs asks only for the others again', async () => {
    const hold = new Hold()
    const inner = new TurnModel((request) => `about ${said(request.input)}`)
    const outer = new TurnModel([call('compare')], (request) => results(request).join())
    const answers: string[] = []
    const compare = () =>
      tool({
        name: 'compare',
        description: 'compares',
        parameters: z.object({}),
        execute: async () => {
          const ask = async (subject: string) => {
            const { finalOutput } = await run(new Agent({ name: 'Reader', model: inner }), subject)
            return String(finalOutput)
          }
          const both = await Promise.all([ask('same'), ask('same'), ask('other')])
          await hold.here()
          const text = [...both, await ask('last')].join(', ')
          answers.push(text)
          return text
        },
      })
    const agent = () => new Agent({ name: 'Lead', model: outer, tools: [compare()] })
    const tools = { compare: { interrupted: 'rerun' } } as const
    const { run: ended } = await killAndRecover({ agent, events, tools }, hold.reached)
    expect(ended).toMatchObject({
      output: 'about same #1, about same #2, about other #3, about last #4 #2',
    })
    expect(inner.calls).toBe(4)
  })
})

function said(input: unknown): string {
  if (typeof input === 'string') return input
  const [first] = input as { content: unknown }[]
  return String(first?.content)
}
