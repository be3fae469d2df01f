import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

/** FIELD: events were written in batches of 50: none was visible during the run. */
test('an event is visible to a follower before the next one is produced', async () => {
  const seen: string[] = []
  const waiting = new Map<string, () => void>()
  const seenOutputOf = async (path: string) => {
    if (!seen.includes(path)) await new Promise<void>((resolve) => waiting.set(path, resolve))
  }
  const turns = [0, 1, 2, 3].map((n) => async () => {
    // The model answers only when the follower has seen the output of the tool before.
    if (n > 0) await seenOutputOf(`r/m${n - 1}/t0`)
    return n < 3 ? callsTool('note', { n }, `call_${n}`) : 'all seen'
  })
  const model = new TurnModel(...turns)
  const tools = [notedTool('note')]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    events: 'items',
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  for await (const { type, payload } of agentic.runs.follow({ owner: 'ada', id })) {
    if (type !== 'tool_output') continue
    seen.push(String(payload['path']))
    waiting.get(String(payload['path']))?.()
  }
  expect(seen).toEqual(['r/m0/t0', 'r/m1/t0', 'r/m2/t0'])
})
