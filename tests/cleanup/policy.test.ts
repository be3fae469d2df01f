import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { difference, leftAfter } from './support/oracle.ts'
import { policies, seeds } from './support/random.ts'
import { plant, stockOf } from './support/seed.ts'

const tables = ['session', 'item', 'run', 'run_input', 'event', 'step', 'approval']

test('whatever the policy and the data, what is old goes, what must stay stays, and a dry run tells before', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0, durability: 'normal' })
  await agentic.start()
  const property = fc.asyncProperty(seeds, policies, async (seed, policy) => {
    for (const table of tables) await sql(database, `delete from agentic_${table}`)
    await plant(database, seed)
    const before = await stockOf(database)
    const told = await agentic.admin.cleanup(policy, { dryRun: true })
    expect(await stockOf(database)).toEqual(before)
    const report = await agentic.admin.cleanup(policy)
    const expected = leftAfter(seed, policy)
    expect(await stockOf(database)).toEqual(expected)
    expect(report).toEqual({
      deleted: difference(before, expected),
      dryRun: false,
      isComplete: true,
    })
    expect(told.deleted).toEqual(report.deleted)
    expect((await agentic.admin.cleanup(policy)).deleted).toEqual(difference(expected, expected))
  })
  await fc.assert(property, { numRuns: 25 })
})
