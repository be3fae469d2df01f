import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { temporaryDatabase, twoInstances } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'

test('lost attempts count against a run only in a row: one that recorded a step begins anew', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const [agentic] = await twoInstances({
    database,
    agents: { assistant: held.factory },
    maxAttempts: 2,
    lease: { seconds: 600, sweepSeconds: 0.05 },
    cancelGraceSeconds: 0,
  })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'slow' })
  for (const attempt of [1, 2, 3]) {
    await until(() => held.asked.length === attempt)
    if (attempt === 2)
      await sql(database, `update agentic_run set attempt_steps = 1 where id = '${id}'`)
    await expireLease(database, id)
  }
  await until(() => held.asked.length === 4)
  held.releaseAll()
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', attempt: 4 })
})
