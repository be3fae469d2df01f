import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

test('a model response or tool result once recorded is never produced again', async () => {
  const database = temporaryDatabase()
  const effects: number[] = []
  let isHeld = true
  const model = new TurnModel(
    () => callsTool('note', { n: 1 }, 'call_1'),
    () => callsTool('note', { n: 2 }, 'call_2'),
    async () => (isHeld ? new Promise<never>(() => {}) : 'done'),
  )
  const execute = ({ n }: { n: number }) => effects.push(n)
  const factory = () => new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] })
  const agents = { assistant: factory }
  const first = instance({ database, agents, lease: { seconds: 600, sweepSeconds: 600 } })
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await until(() => model.calls === 3)
  isHeld = false
  await expireLease(database, id)
  const second = instance({ database, agents, lease: { sweepSeconds: 0.05 } })
  const run = await second.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 2, usage: { requests: 3 } })
  expect(effects).toEqual([1, 2])
  // The call in flight is the only one that was repeated.
  expect(model.calls).toBe(4)
})
