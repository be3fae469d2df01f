import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { migrationsFor } from '../../src/store/migrations.ts'
import { sqliteCompiler } from '../../src/store/sqlite/compiler.ts'
import { withFewConnections } from '../support/databases.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

const script = fileURLToPath(new URL('support/start-and-submit.ts', import.meta.url))

test('twenty processes that start at once on an empty database all work', async () => {
  const database = withFewConnections(temporaryDatabase())
  const starts = Array.from({ length: 20 }, async (_, n) =>
    promisify(execFile)(process.execPath, [script, database, `owner-${n}`]),
  )
  const ids = (await Promise.all(starts)).map(({ stdout }) => stdout.trim())
  expect(new Set(ids).size).toBe(20)
  const stored = await sql(database, 'select id from agentic_run')
  expect(new Set(stored.map((row) => row['id']))).toEqual(new Set(ids))
  const { facts } = sqliteCompiler('agentic_')
  const all = migrationsFor({ prefix: 'agentic_', schema: null, facts }).map(({ name }) => name)
  const applied = await sql(database, 'select name from agentic_migration order by name')
  expect(applied.map((row) => row['name'])).toEqual(all)
})
