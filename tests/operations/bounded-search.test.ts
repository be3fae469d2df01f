import { expect, onTestFinished, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { searchesFor } from '../../src/operations/run-filter.ts'
import { mostLookedAt, searchPage } from '../../src/operations/search.ts'
import type { Executor, Query } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

/** More than a search looks at for one page. */
const count = 5_000

/** Runs 1 to 5,000 that completed, oldest first, of which every thousandth is of the agent `rare`. */
async function fill(database: string): Promise<void> {
  const id = `'01900000-0000-7000-8000-' || substr(cast(1000000000000 + n as text), 2)`
  const series = `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count})
    select n from s) as s`
  await sql(
    database,
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front, max_turns,
        created_at, started_at, finished_at)
      select ${id}, 'ada', 's', 's', case when n % 1000 = 0 then 'rare' else 'usual' end, 'completed',
        1, 10, n, n, n from ${series}`,
  )
  await sql(database, `insert into agentic_run_input select ${id}, '"Hi"', 'null' from ${series}`)
}

type List = Agentic['admin']['runs']['list']

async function pages(query: Parameters<List>[0], list: List) {
  const all = []
  let cursor: string | null = null
  do {
    const page = await list({ ...query, ...(cursor === null ? {} : { cursor }) })
    all.push(page)
    cursor = page.nextCursor
  } while (cursor !== null)
  return all
}

test('a search for what is rare says how far it looked, and goes on from there until it has found all', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  await fill(database)
  const { list } = agentic.admin.runs
  const found = await pages({ agent: 'rare' }, list)
  expect(found.length).toBeGreaterThan(1)
  expect(found.flatMap(({ data }) => data.map((run) => run.createdAt))).toEqual([
    5000, 4000, 3000, 2000, 1000,
  ])
  for (const page of found.slice(0, -1)) expect(page.searchedTo).toBe(0x019000000000)
  expect(found.at(-1)).toMatchObject({ nextCursor: null, searchedTo: null })
  const none = await pages({ agent: 'nobody' }, list)
  expect(none.flatMap(({ data }) => data)).toEqual([])
  expect(none.length).toBeLessThan(5)
})

test('no statement of a search goes beyond its bound', async () => {
  const url = temporaryDatabase()
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  onTestFinished(async () => database.close())
  await database.migrate()
  await fill(url)
  const asked: Query[] = []
  const { ids } = await database.read(async ({ compiler, run }) => {
    const noting: Executor['run'] = async (query) => {
      asked.push(query)
      return run(query)
    }
    const executor = { compiler, run: noting }
    return searchPage(executor, await searchesFor(executor, { agent: 'rare' }, 'g'), 50)
  })
  expect(ids).toHaveLength(3)
  const bound = asked.find(({ parameters }) => parameters.includes(mostLookedAt))
  const search = asked.findLast(({ parameters }) => parameters.includes('rare'))
  expect([asked.length, bound?.parameters[0]]).toEqual([4, ''])
  expect(search?.parameters).toContain(`01900000-0000-7000-8000-00000000${count - mostLookedAt}`)
})

test('what is found at once by one way waits for what another way finds later', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  await fill(database)
  await sql(
    database,
    `update agentic_run set agent_key = 'rare', status = 'failed', error = '0190 is busy'
      where created_at = 1`,
  )
  // Beginnings of ids are looked through up to the bound; the one error is found by its index.
  const found = await pages({ agent: 'rare', text: '0190' }, agentic.admin.runs.list)
  expect(found.flatMap(({ data }) => data.map((run) => run.createdAt))).toEqual([
    5000, 4000, 3000, 2000, 1000, 1,
  ])
})

test('pages are complete and repeat nothing while runs are added', async () => {
  const agentic = instance({ concurrency: 0 })
  const submit = async (n: number) =>
    (await agentic.runs.submit({ owner: `o${n % 3}`, session: `s${n}`, input: 'Hi' })).id
  const before: string[] = []
  for (let n = 0; n < 30; n += 1) before.push(await submit(n))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const from: { cursor?: string } = cursor === null ? {} : { cursor }
    const page: Awaited<ReturnType<List>> = await agentic.admin.runs.list({ limit: 7, ...from })
    seen.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor
    await submit(seen.length)
  } while (cursor !== null)
  expect(seen).toEqual(before.toReversed())
})
