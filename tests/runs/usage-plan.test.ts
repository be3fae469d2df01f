import { expect, inject, test } from 'vitest'
import type { UsageBy } from '../../src/core/usage.ts'
import type { Executor } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open.ts'
import { usageSums } from '../../src/store/usage.ts'
import { databases, type Connection } from '../support/databases.ts'
import { temporaryDatabase } from '../support/instance.ts'

const kind = inject('database')

/** Runs with two steps each, of which the window has the newest hundred. */
const many = 20_000
const inWindow = 100
const numbers = `(with recursive s(n) as (select 10000000 union all select n + 1 from s
  where n < ${10_000_000 + many - 1}) select n from s) as s`
const window = { from: `0${10_000_000 + many - inWindow}`, before: 'g' }
const anybody = { run: null, sessionId: null, owner: null, agent: null }

test('usage reads the runs of its window and their steps, however many there are besides', async () => {
  const url = temporaryDatabase()
  const asked = await statementsOf(url, ['model', 'agent', 'owner', 'session'])
  const connection = await databases[kind].connect(url)
  try {
    await seed(connection)
    // Planned with what the database knows of its rows.
    await connection.query('analyze agentic_run')
    await connection.query('analyze agentic_step')
    for (const each of asked) {
      await (kind === 'sqlite' ? checkSqlite(connection, each) : checkPostgres(connection, each))
    }
  } finally {
    await connection.close()
  }
})

interface Asked {
  by: UsageBy
  sql: string
  parameters: readonly unknown[]
}

async function statementsOf(url: string, ways: UsageBy[]): Promise<Asked[]> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  await database.migrate()
  const asked: Asked[] = []
  await database.read(async ({ compiler, run }) => {
    for (const by of ways) {
      const noting: Executor['run'] = async (query) => {
        asked.push({ by, sql: query.sql, parameters: query.parameters })
        return run(query)
      }
      await usageSums({ compiler, run: noting }, by, { ...anybody, ...window, limit: 10 })
    }
  })
  await database.close()
  return asked
}

async function seed(connection: Connection): Promise<void> {
  await connection.query(
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front,
      max_turns, requests, input_tokens, total_tokens, created_at, started_at, finished_at)
      select '0' || n, 'o' || n % 50, 's' || n % 500, 'chat', 'a' || n % 5, 'completed', 0,
      10, 2, 6, 6, n, n, n from ${numbers}`,
  )
  for (const path of ['r/m0', 'r/m1']) {
    await connection.query(
      `insert into agentic_step (run_id, path, kind, state, attempt, agent_name, name,
        input_tokens, started_at)
        select '0' || n, '${path}', 'model', 'done', 1, 'A', 'gpt', 3, n from ${numbers}`,
    )
  }
}

async function checkSqlite(connection: Connection, { by, sql }: Asked): Promise<void> {
  const plan = await connection.query(`explain query plan ${sql}`)
  const steps = plan.map((row) => String(row['detail']))
  // `r` are runs, `s` steps; what else is gone through was found before.
  expect(
    steps.filter((step) => /^SCAN [rs]\b/.test(step)),
    `by ${by}: ${steps.join('; ')}`,
  ).toEqual([])
}

interface Node {
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Node[]
}

async function checkPostgres(
  connection: Connection,
  { by, sql, parameters }: Asked,
): Promise<void> {
  const values = parameters.map((value) => (typeof value === 'number' ? value : `'${value}'`))
  await connection.query(`prepare by_${by} as ${sql}`)
  // As it is planned at first, and as it may be planned once for all windows.
  for (const mode of ['custom', 'generic']) {
    await connection.query(`set plan_cache_mode = force_${mode}_plan`)
    const rows = await connection.query(
      `explain (analyze, format json) execute by_${by}(${values.join()})`,
    )
    const plans = rows.map((row) => row['QUERY PLAN'] as [{ Plan: Node }])
    const root = plans[0]![0].Plan
    expect(rowsRead(root), `by ${by}, ${mode}: ${JSON.stringify(root)}`).toBeLessThanOrEqual(
      4 * inWindow,
    )
  }
}

/** Rows of tables that were looked at. */
function rowsRead(node: Node): number {
  const { 'Actual Rows': rows, 'Actual Loops': loops, Plans: parts = [] } = node
  const own = node['Relation Name'] === undefined ? 0 : rows + (node['Rows Removed by Filter'] ?? 0)
  return own * loops + parts.reduce((sum, part) => sum + rowsRead(part), 0)
}
