import { createHash } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { migrationsFor } from '../../src/store/migrations.ts'
import { postgresCompiler } from '../../src/store/postgres/compiler.ts'
import { sqliteCompiler } from '../../src/store/sqlite/compiler.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

/** Of the statements each released migration executes. Append only; a hash here never changes. */
const released: Record<string, Record<string, string>> = {
  sqlite: {
    '0001_first_schema': 'a22c3be352abcf1e',
    '0002_runs_by_status': '9d456a565a8c9101',
    '0003_fewer_indexes': '9f8c077198038635',
    '0004_whole_approvals': 'b5aabff38e931b8b',
    '0005_operations': '84edd64d9faa7503',
    '0006_costs': '41c9089fbc066ee0',
    '0007_what_is_kept': '9e54aeef2d5540b4',
    '0008_runs_by_end': '6618a348f82aef1f',
    '0009_linked_traces': 'ba7b89e220796a74',
    '0010_lanes_before_others': '588a0f3c2ba41970',
  },
  postgres: {
    '0001_first_schema': '7e78ae59c3b29ada',
    '0002_runs_by_status': '41fc0a817cd0a6df',
    '0003_fewer_indexes': 'd13a2431ce0b48c9',
    '0004_whole_approvals': 'b5aabff38e931b8b',
    '0005_operations': '550653c6c9ed8410',
    '0006_costs': '41c9089fbc066ee0',
    '0007_what_is_kept': '4598859c6ed579b6',
    '0008_runs_by_end': '40cd4bfc37869a2f',
    '0009_linked_traces': 'ba7b89e220796a74',
    '0010_lanes_before_others': 'fac279bbc60e7776',
  },
}

const compilers = {
  sqlite: sqliteCompiler('agentic_'),
  postgres: postgresCompiler('agentic_', null),
}

test.each(Object.entries(compilers))('a released migration never changes: %s', (name, compiler) => {
  const { facts, kysely } = compiler
  const hashes: Record<string, string> = {}
  for (const { name, statements } of migrationsFor({ prefix: 'agentic_', schema: null, facts })) {
    const texts = statements.map((one) => one.compile(kysely.withoutPlugins()).sql)
    const text = texts.map((one) => one.replaceAll(/\s+/g, ' ')).join('\n')
    hashes[name] = createHash('sha256').update(text).digest('hex').slice(0, 16)
  }
  expect(hashes, 'add a new migration instead of changing one').toEqual(released[name])
})

test('with `migrate: false` the tables must be there already', async () => {
  const database = temporaryDatabase()
  const without = instance({ database, migrate: false })
  await expect(without.runs.list({ owner: 'ada' })).rejects.toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining('agentic migrate'),
  })
  await instance({ database }).start()
  expect((await without.runs.list({ owner: 'ada' })).data).toEqual([])
})

test('indexes are made beside those who write where there may be any, and at once on a new database', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  expect((await agentic.plannedSql()).join()).not.toContain('concurrently')
  await agentic.start()
  await sql(database, `delete from agentic_migration where name = '0008_runs_by_end'`)
  const planned = (await agentic.plannedSql()).join()
  expect(planned).toContain('agentic_run_ended')
  expect(planned.includes('concurrently')).toBe(inject('database') === 'postgres')
})
