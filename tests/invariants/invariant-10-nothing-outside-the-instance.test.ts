import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const owner = 'ada'

test('two instances in one process do not notice each other', async () => {
  const held = new HeldAgent()
  const one = instance({ drainSeconds: 0 })
  const two = instance({ agents: { assistant: held.factory } })
  const told: string[] = []
  one.on('run.event', ({ event }) => void told.push(event.type))
  await one.start()
  const { id } = await two.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  const waiting = two.runs.wait({ owner, id })
  await one.close()
  held.releaseAll()
  expect((await waiting).status).toBe('completed')
  expect(told).toEqual([])
})

test('after close() nothing is left running', async () => {
  const database = temporaryDatabase()
  const listening = () => process.eventNames().map((name) => [name, process.listenerCount(name)])
  const first = instance({ database })
  const { id } = await first.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await first.runs.wait({ owner, id })
  // What the SDK installs once for the process is not ours.
  const before = listening()
  await first.close()
  expect(await sql(database, 'select * from agentic_worker')).toEqual([])
  const second = instance({ database })
  const again = await second.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await second.runs.wait({ owner, id: again.id })
  await second.close()
  expect(listening()).toEqual(before)
  const row = await sql(database, 'select * from agentic_run where id = ?', id)
  expect(row).toHaveLength(1)
})
