import { expect, inject, test } from 'vitest'
import type { Executor } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open.ts'
import { searchRuns, type Source } from '../../src/store/search-runs.ts'
import { databases } from '../support/databases.ts'
import { temporaryDatabase } from '../support/instance.ts'

const kind = inject('database')

const values = {
  ...{ from: '', before: 'g', owner: 'o', status: 'failed', session: 's', sessionId: 's' },
  ...{ agent: 'a', since: 1, until: 2 },
  ...{ error: 'E', errorLength: 1, errorHead: 'E', errorEnd: 'F' },
}

const indexes: [Source, RegExp][] = [
  ['all', /run_pkey|autoindex_agentic_run_1/],
  ['ofOwner', /run_owner_recent/],
  ['ofOwnerInStatus', /run_owner_status/],
  ['ofSession', /run_session_recent/],
  ['waiting', /run_waiting/],
  ['unsuccessful', /run_unsuccessful\b/],
  ['unsuccessfulOfAgent', /run_unsuccessful_agent/],
  ['running', /run_lease/],
  ['withError', /run_error/],
]

test.each(indexes)('runs are searched along the index for it: %s', async (source, index) => {
  const url = temporaryDatabase()
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  await database.migrate()
  const asked: string[] = []
  await database.read(async ({ compiler, run }) => {
    const noting: Executor['run'] = async (query) => {
      asked.push(query.sql)
      return run(query)
    }
    await searchRuns({ compiler, run: noting }, { source, conditions: [], values }, 10)
  })
  await database.close()
  const connection = await databases[kind].connect(url)
  try {
    const statement = String(asked[0])
    if (kind === 'sqlite') {
      const plan = await connection.query(`explain query plan ${statement}`)
      expect(plan.map((row) => row['detail']).join('\n')).toMatch(index)
      return
    }
    // With a million rows as the planner would know them.
    await connection.query('set enable_seqscan = off; set plan_cache_mode = force_generic_plan')
    await connection.query(`prepare asked as ${statement}`)
    const given = [...new Set(statement.match(/\$\d+/g))].map(() => 'null')
    const plan = await connection.query(`explain execute asked(${given.join()})`)
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(index)
  } finally {
    await connection.close()
  }
})
