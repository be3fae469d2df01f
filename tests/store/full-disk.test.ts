import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql as raw } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Executor } from '../../src/store/database.ts'
import { nodeSqliteDialect, SqliteConnection } from '../../src/store/sqlite/dialect.ts'
import { WriteQueue } from '../../src/store/sqlite/write-queue.ts'
import type { Tables } from '../../src/store/tables.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

/** A queue on a file that may grow to so many pages: to SQLite, the disk is full then. */
function queueOn(url: string) {
  const database = new DatabaseSync(url.slice('file:'.length))
  onTestFinished(() => database.close())
  database.exec('pragma journal_mode = wal; create table note (id text primary key, body text)')
  const connection = new SqliteConnection(database)
  const kysely = new Kysely<Tables>({ dialect: nodeSqliteDialect(connection) })
  const executor = { kysely, compiled: new Map() } as unknown as Executor
  const queue = new WriteQueue(executor, connection, 'test.db')
  const add = async (id: string, size: number) =>
    queue.submit(async ({ kysely: db }) => {
      await raw`insert into note values (${id}, ${'x'.repeat(size)})`.execute(db)
    })
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
  const ids = sql(url, 'select id from note order by id').map((row) => row['id'])
  expect(ids).toEqual(['big 1', 'small 1', 'small 2'])
})
