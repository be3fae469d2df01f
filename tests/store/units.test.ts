import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Executor } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open.ts'
import { freeTotalSlot } from '../../src/store/slots.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

async function opened(url: string) {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  await database.migrate()
  return database
}

test.each([{ end: 'failed' }, { end: 'been committed' }])(
  'what a unit did not wait for writes nothing once the unit has $end',
  async ({ end }) => {
    const database = await opened(temporaryDatabase())
    const note = async (executor: Executor, name: string) => {
      const text = `insert into ${table} (id, host, pid, concurrency, started_at, heartbeat_at)
        values ('${name}', 'h', 1, 1, 1, 1)`
      return executor.run({ sql: text, parameters: [], name: null })
    }
    const [found] = await database.read(async ({ compiler }) => [
      compiler.kysely.selectFrom('worker').select('id').compile().sql,
    ])
    const table = /from (\S+)/.exec(found ?? '')?.[1]
    const isOver = Promise.withResolvers<void>()
    const late: Promise<unknown>[] = []
    const unit = database.write(async (executor) => {
      await note(executor, 'in time')
      late.push(isOver.promise.then(async () => note(executor, 'late')))
      if (end === 'failed') throw new Error('not like this')
    })
    await unit.catch(() => {})
    await database.write(async (executor) => {
      isOver.resolve()
      await nextTurn()
      await note(executor, 'neighbour')
    })
    const settled = await Promise.allSettled(late)
    const rows = await database.read(async (executor) =>
      executor.run({ sql: `select id from ${table} order by id`, parameters: [], name: null }),
    )
    const kept = end === 'failed' ? ['neighbour'] : ['in time', 'neighbour']
    expect((rows as { id: string }[]).map(({ id }) => id)).toEqual(kept)
    expect(settled.map(({ status }) => status)).toEqual(late.map(() => 'rejected'))
  },
)

test('with slots taken above a limit that was lowered, all processes choose among the same', async () => {
  const url = temporaryDatabase()
  const { runs } = instance({ database: url, concurrency: 0 })
  for (const slot of [0, 1, 8, 9]) {
    const { id } = await runs.submit({ owner: 'ada', session: `s${slot}`, input: 'Hi' })
    await sql(url, 'update agentic_run set total_slot = ? where id = ?', slot, id)
  }
  const database = await opened(url)
  const choose = async (limit: number) =>
    database.read(async (executor) => freeTotalSlot(executor, { limit }))
  const times = Array.from({ length: 40 })
  const chosen = async (limit: number) =>
    new Set(await Promise.all(times.map(async () => choose(limit))))
  expect(await chosen(5)).toEqual(new Set([2]))
  expect(await chosen(4)).toEqual(new Set([null]))
  expect((await chosen(100)).size).toBeGreaterThan(1)
})
