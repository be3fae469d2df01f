import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql as raw } from 'kysely'
import { expect, test } from 'vitest'
import { migrationsFor } from '../../src/store/migrations.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

/** Of the statements each released migration executes. Append only; a hash here never changes. */
const released: Record<string, string> = {
  '0001_first_schema': 'a22c3be352abcf1e',
}

const facts = {
  now: raw<number>`now`,
  eachText: (json: ReturnType<typeof raw>) => raw<{ value: string }>`json_each(${json})`,
  clusteredTable: raw`without rowid`,
  polled: true,
}

/** The statements of a migration, executed on a connection that only writes them down. */
async function statementsOf(name: string): Promise<string[]> {
  const statements: string[] = []
  const connection = {
    executeQuery: async (query: { sql: string }) => {
      statements.push(query.sql.replaceAll(/\s+/g, ' '))
      return { rows: [] }
    },
    async *streamQuery() {},
  }
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (inner) => new SqliteIntrospector(inner),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => connection,
        beginTransaction: async () => {},
        commitTransaction: async () => {},
        rollbackTransaction: async () => {},
        releaseConnection: async () => {},
        destroy: async () => {},
      }),
    },
  })
  await migrationsFor('agentic_', facts)[name]?.up(db)
  return statements
}

test('a released migration never changes', async () => {
  const hashes: Record<string, string> = {}
  for (const name of Object.keys(migrationsFor('agentic_', facts))) {
    const text = (await statementsOf(name)).join('\n')
    hashes[name] = createHash('sha256').update(text).digest('hex').slice(0, 16)
  }
  expect(hashes, 'add a new migration instead of changing one').toEqual(released)
})

const golden = new URL('schema.sqlite.sql', import.meta.url)

test('the schema is the one in schema.sqlite.sql', async () => {
  const database = temporaryDatabase()
  await instance({ database }).start()
  const rows = sql(database, 'select sql from sqlite_schema where sql is not null order by name')
  const schema = `${rows.map((row) => `${String(row['sql']).replaceAll(/\s+/g, ' ')};`).join('\n')}\n`
  if (!existsSync(golden) || process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, schema)
  expect(schema).toBe(readFileSync(golden, 'utf8'))
})

test('two prefixes share a file and do not notice each other', async () => {
  const database = temporaryDatabase()
  const [red, blue] = ['red_', 'blue_'].map((tablePrefix) => instance({ database, tablePrefix }))
  const { id } = await red!.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect((await red!.runs.wait({ owner: 'ada', id })).status).toBe('completed')
  expect((await blue!.runs.list({ owner: 'ada' })).data).toEqual([])
  const names = sql(database, "select name from sqlite_schema where type in ('table', 'index')")
  const foreign = names.filter(({ name }) => !/^(red_|blue_|sqlite_)/.test(String(name)))
  expect(foreign).toEqual([])
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
