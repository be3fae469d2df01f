import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

test('events are numbered without gaps, stored before they are shown, one terminal event last', async () => {
  const database = temporaryDatabase()
  const model = new TurnModel(
    () => [...callsTool('note', { n: 1 }, 'call_1'), ...callsTool('note', { n: 2 }, 'call_2')],
    'done',
  )
  const factory = () => new Agent({ name: 'A', model, tools: [notedTool('note')] })
  const agentic = instance({ database, agents: { assistant: factory } })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  const seen: string[] = []
  const question = 'select type from agentic_event where run_id = ? and sequence = ?'
  for await (const { sequence, type } of agentic.runs.follow({ owner: 'ada', id })) {
    seen.push(type)
    expect(sequence).toBe(seen.length)
    expect(await sql(database, question, id, sequence)).toEqual([{ type }])
  }
  expect(seen.filter((type) => /^run\.(completed|failed|cancelled)$/.test(type))).toEqual([
    'run.completed',
  ])
  expect(seen.at(-1)).toBe('run.completed')
  const run = await agentic.runs.get({ owner: 'ada', id })
  expect(run.lastSequence).toBe(seen.length)
})
