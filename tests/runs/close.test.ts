import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const owner = 'ada'
const script = fileURLToPath(new URL('support/run-and-close.ts', import.meta.url))

test('after close() nothing is left: the process ends by itself', async () => {
  const database = temporaryDatabase()
  const options = { timeout: 120_000 }
  const { stdout } = await promisify(execFile)(process.execPath, [script, database], options)
  expect(JSON.parse(stdout)).toEqual({ status: 'completed', left: [] })
  expect(await sql(database, 'select * from agentic_worker')).toEqual([])
})

test('an instance that was never used closes, and closing twice is closing once', async () => {
  const agentic = instance()
  await Promise.all([agentic.close(), agentic.close()])
  await agentic.close()
})

test('what is used after close is refused with `closed`', async () => {
  const agentic = instance()
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await agentic.close()
  const uses = [
    agentic.runs.submit({ owner, session: 'chat', input: 'Hi' }),
    agentic.runs.get({ owner, id }),
    agentic.runs.wait({ owner, id }),
    agentic.sessions.get({ owner, key: 'chat' }),
    agentic.approvals.list({ owner }),
    agentic.start(),
  ]
  for (const use of await Promise.allSettled(uses)) {
    expect(use).toMatchObject({ status: 'rejected', reason: { code: 'closed', status: 503 } })
  }
})

test('whoever follows or waits when it closes is told', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory }, drainSeconds: 0 })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
  await held.reached('Hi')
  const types: string[] = []
  const follow = async () => {
    for await (const event of agentic.runs.follow({ owner, id })) types.push(event.type)
  }
  const session = async () => {
    for await (const _ of agentic.sessions.follow({ owner, key: 'chat' })) void _
  }
  const readers = [follow(), session(), agentic.runs.wait({ owner, id })]
  const told = Promise.allSettled(readers)
  await agentic.close()
  for (const reader of await told) {
    expect(reader).toMatchObject({ status: 'rejected', reason: { code: 'closed' } })
  }
  expect(types.at(-1)).toBe('run.drained')
})

test('two instances in one process do not notice each other’s end', async () => {
  const database = temporaryDatabase()
  const [one, two] = [instance({ database }), instance({ database })]
  await Promise.all([one.start(), two.start()])
  await one.close()
  const { id } = await two.runs.submit({ owner, session: 'chat', input: 'Hi' })
  expect((await two.runs.wait({ owner, id })).status).toBe('completed')
  expect(await sql(database, 'select count(*) as n from agentic_worker')).toEqual([{ n: 1 }])
})
