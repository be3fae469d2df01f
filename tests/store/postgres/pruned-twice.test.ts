import { expect, onTestFinished, test } from 'vitest'
import type { Executor } from '../../../src/store/database.ts'
import { pruneDeltas } from '../../../src/store/events.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { sql } from '../../support/sql.ts'

test('deltas that are pruned while a cleanup deletes the log bring nothing of it back', async () => {
  const url = temporaryDatabase('postgres')
  const agentic = instance({ database: url, lease: { sweepSeconds: 600 } })
  const { id } = await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  const { lastSequence } = await agentic.runs.wait({ owner: 'ada', id })
  await sql(url, 'update agentic_run set finished_at = 1')
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  onTestFinished(async () => database.close())
  await database.write(async (executor) => {
    let cleanup = async (): Promise<unknown> => agentic.admin.cleanup({ eventsDays: 1 })
    const slow: Executor = {
      ...executor,
      async run(query) {
        const rows = await executor.run(query)
        // Once it is known which runs are due.
        await cleanup()
        cleanup = async () => {}
        return rows
      },
    }
    expect(await pruneDeltas(slow, { minutes: 1, limit: 10 })).toBe(1)
  })
  const rest = agentic.runs.events({ owner: 'ada', id, after: lastSequence - 2 })
  await expect(rest).rejects.toMatchObject({ code: 'events_pruned' })
})
