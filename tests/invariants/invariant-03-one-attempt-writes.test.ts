import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

test('an attempt that lost its lease changes nothing, while another one has the run', async () => {
  const database = temporaryDatabase()
  const gates = [deferred(), deferred()]
  const answers = ['late', 'in time']
  let entered = 0
  const model = new TurnModel(() => callsTool('note', { n: 1 }, 'call_1'), 'done')
  const execute = async () => {
    const attempt = entered
    entered += 1
    await gates[attempt]?.promise
    return answers[attempt]
  }
  const factory = () => new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] })
  const options = {
    database,
    agents: { assistant: factory },
    tools: { note: { interrupted: 'rerun' as const } },
    logger: { info() {}, warn() {}, error() {} },
  }
  const quiet = { seconds: 600, sweepSeconds: 600 }
  const first = instance({ ...options, lease: quiet, concurrency: 1 })
  const { id } = await first.runs.submit({ owner: 'ada', session: 'chat', input: 'Go' })
  await until(() => entered === 1)
  await expireLease(database, id)
  const second = instance({ ...options, lease: { seconds: 600, sweepSeconds: 0.05 } })
  await second.start()
  await until(() => entered === 2)
  const stored = async () => [
    await sql(database, 'select * from agentic_step where run_id = ?', id),
    await sql(database, 'select * from agentic_event where run_id = ?', id),
    await sql(database, 'select last_sequence, attempt_steps from agentic_run where id = ?', id),
  ]
  const before = await stored()
  gates[0]?.resolve()
  // The first instance executes one run at a time: it is free when the late attempt has given up.
  const next = await first.runs.submit({ owner: 'bob', session: 'other', input: 'Go' })
  await first.runs.wait({ owner: 'bob', id: next.id })
  expect(await stored()).toEqual(before)
  gates[1]?.resolve()
  await second.runs.wait({ owner: 'ada', id })
  const items = JSON.stringify(await second.sessions.items({ owner: 'ada', key: 'chat' }))
  expect(items).toContain('in time')
  expect(items).not.toContain('late')
})
