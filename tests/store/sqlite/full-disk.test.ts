import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteCompiler } from '../../../src/store/sqlite/compiler.ts'
import { SqliteConnection } from '../../../src/store/sqlite/connection.ts'
import { WriteQueue } from '../../../src/store/sqlite/write-queue.ts'
import { temporaryDatabase } from '../../support/instance.ts'
import { sql } from '../../support/sql.ts'

/** A queue on a file that may grow to so many pages: to SQLite, the disk is full then. */
function queueOn(url: string) {
  const database = new DatabaseSync(url.slice('file:'.length))
  onTestFinished(() => database.close())
  database.exec('pragma journal_mode = wal; create table note (id text primary key, body text)')
  const connection = new SqliteConnection(database)
  const compiler = sqliteCompiler('')
  const queue = new WriteQueue(
    { compiler, run: async (query) => connection.run(query) },
    connection,
    'test.db',
  )
  const add = async (id: string, size: number) =>
    queue.submit(async (executor) =>
      executor.run({
        sql: 'insert into note values (?, ?)',
        parameters: [id, 'x'.repeat(size)],
        name: null,
      }),
    )
  return { add, limit: (pages: number) => database.exec(`pragma max_page_count = ${pages}`) }
}

test('what does not fit on the disk fails with `database_full`, and what does fit is stored', async () => {
  const url = temporaryDatabase()
  const { add, limit } = queueOn(url)
  limit(20)
  const settled = await Promise.allSettled([
    add('small 1', 10),
    add('big 1', 1_000_000),
    add('small 2', 10),
    add('big 2', 1_000_000),
  ])
  expect(settled.map((one) => one.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ])
  expect(settled[1]).toMatchObject({
    reason: { code: 'database_full', status: 507, message: expect.stringContaining('test.db') },
  })
  limit(100_000)
  await add('big 1', 1_000_000)
  const notes = await sql(url, 'select id from note order by id')
  expect(notes.map((row) => row['id'])).toEqual(['big 1', 'small 1', 'small 2'])
})
