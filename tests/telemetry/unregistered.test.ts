import { expect, test } from 'vitest'
import { runOnce } from '../support/lives.ts'
import { speaker } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

test('with no SDK registered a run is what it was, and nothing of a trace is stored', async () => {
  const { run, database } = await runOnce({ agent: () => speaker('Hello!'), events: 'deltas' })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!' })
  const [row] = await sql(database, 'select submit_trace, attempt_trace from agentic_run')
  expect(row).toEqual({ submit_trace: null, attempt_trace: null })
})
