import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

test('a submitted run is executed to its end', async () => {
  const agentic = instance()
  const { id, status } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect(status).toBe('pending')
  const run = await agentic.runs.wait({ owner: 'ada', id })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', attempt: 1 })
})

test.each([0, 8])(
  'a run comes after those of its session, also where the clock lags (%i places)',
  async (concurrency) => {
    const database = temporaryDatabase()
    const agentic = instance({ database, concurrency })
    const submit = { owner: 'ada', session: 'chat', input: 'Hi' }
    const first = await agentic.runs.submit(submit)
    if (concurrency > 0) await agentic.runs.wait({ owner: 'ada', id: first.id })
    // As a process would have numbered it whose clock is fifty years ahead.
    const later = (Number.parseInt(first.id.slice(0, 8), 16) + 0x16f_0000).toString(16)
    const ahead = later.padStart(8, '0') + first.id.slice(8)
    await sql(database, 'update agentic_run set id = ?', ahead)
    await sql(database, 'update agentic_run_input set run_id = ?', ahead)
    const { id } = await agentic.runs.submit(submit)
    expect(id > ahead).toBe(true)
    const { data } = await agentic.runs.list({ owner: 'ada' })
    expect(data.map((run) => run.id)).toEqual([id, ahead])
  },
)
