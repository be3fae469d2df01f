import { describe, expect, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { databases, kindOf } from '../support/databases.ts'
import { sql } from '../support/sql.ts'
import { appFolder, run } from './support/command.ts'
import { exportsInstance } from './support/config-files.ts'

const upToDate = { code: 0, output: 'The schema is up to date.\n', errors: '' }
const withConfig = { 'agentic.config.ts': exportsInstance }

test('`agentic migrate` makes a schema that an instance with `migrate: false` can use', async () => {
  const database = temporaryDatabase()
  const folder = appFolder()
  const first = await run(folder, ['migrate', '--database', database, '--json'])
  expect(JSON.parse(first.output).applied).toContain('0001_first_schema')
  expect(await run(folder, ['migrate', '--database', database])).toEqual(upToDate)
  await expectUsable(database)
})

test("it takes the database of the app's config file", async () => {
  const database = temporaryDatabase()
  const env = { DATABASE_URL: database }
  const { output } = await run(appFolder(withConfig), ['migrate'], env)
  expect(output).toContain('Applied 0001_first_schema.')
  const named = appFolder({ 'other.ts': exportsInstance })
  expect(await run(named, ['migrate', '--config', 'other.ts'], env)).toEqual(upToDate)
  await expectUsable(database)
})

test('a database that is named is taken before that of the config file', async () => {
  const folder = appFolder({ 'agentic.config.ts': 'throw new Error("not to be loaded")' })
  const { code, errors } = await run(folder, ['migrate', '--database', temporaryDatabase()])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
})

describe('--print', () => {
  test('shows the SQL and executes none; applied by hand, it is found to be applied', async () => {
    const database = temporaryDatabase()
    const folder = appFolder()
    const print = ['migrate', '--database', database, '--print']
    const { output } = await run(folder, [...print, '--json'])
    const printed: string[] = JSON.parse(output).sql
    await expect(sql(database, 'select * from agentic_run')).rejects.toThrow(/agentic_run/)
    await apply(database, printed)
    expect((await run(folder, print)).output).toBe('-- The schema is up to date.\n')
    expect(await run(folder, ['migrate', '--database', database])).toEqual(upToDate)
    await expectUsable(database)
  })

  test('is text that a shell of the database reads', async () => {
    const { output } = await run(appFolder(withConfig), ['migrate', '--print'], {
      DATABASE_URL: temporaryDatabase(),
    })
    expect(output).toMatch(/^begin;\ncreate /)
    expect(output).toMatch(/;\n$/)
  })
})

test('a bookkeeping table that cannot be read is no empty one: nothing is printed as missing', async () => {
  const database = temporaryDatabase()
  await run(appFolder(), ['migrate', '--database', database])
  await sql(database, 'alter table agentic_migration rename column name to title')
  const print = ['migrate', '--database', database, '--print']
  const failing = await run(appFolder(), print)
  expect(failing).toMatchObject({ code: 1, output: '' })
  expect(failing.errors).toMatch(/name/)
})

test('an instance with `migrate: false` on an empty database says what to run', async () => {
  const { runs } = instance({ migrate: false })
  const submit = runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  await expect(submit).rejects.toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining('agentic migrate'),
  })
})

test('a database that cannot be opened is one clear line and exit code 1', async () => {
  const failing = await run(appFolder(), ['migrate', '--database', 'file:/nowhere/at/all.db'])
  expect(failing.code).toBe(1)
  expect(failing.errors).toMatch(
    /^agentic: The database \/nowhere\/at\/all\.db cannot be used\..*\n$/,
  )
  const wrong = await run(appFolder(), ['migrate', '--database', 'mysql://x'])
  expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('Accepted is') })
})

test.each([
  [['--database', 'file:a.db', '--config', 'a.ts'], 'both say which database it is'],
  [['--config', 'a.ts'], 'a.ts, and there is no such file'],
  [['--table-prefix', 'x_'], '--table-prefix goes with --database'],
  [['--database', 'file:a.db', '--table-prefix', 'No-Table'], 'Accepted are lower-case letters'],
])('%j is refused', async (args, message) => {
  const { code, errors } = await run(appFolder(withConfig), ['migrate', ...args])
  expect(errors).toContain(message)
  expect(code).toBe(2)
})

async function expectUsable(database: string): Promise<void> {
  const { runs } = instance({ database, migrate: false })
  const { id } = await runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
  expect((await runs.wait({ owner: 'ada', id })).status).toBe('completed')
}

/** Each transaction as a whole, as a shell does that is given the text. */
async function apply(database: string, statements: string[]): Promise<void> {
  const connection = await databases[kindOf(database)].connect(database)
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.close()
  }
}
