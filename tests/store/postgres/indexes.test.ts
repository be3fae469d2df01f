import { expect, test } from 'vitest'
import { databases } from '../../support/databases.ts'
import { temporaryDatabase } from '../../support/instance.ts'
import { hotStatements } from '../support/hot-paths.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Parent Relationship'?: string
  Filter?: string
  Plans?: Plan[]
}

/**
 * Of indexes that hold little, or of which the first entry or two are read: slots in use, turns given out, lanes that
 * wait, runs under way, approvals that wait.
 */
const mayBeRead =
  /^agentic_(run_(total_slot|agent_turn|first_of_lane|turn_of_lane|lease)|approval_pending)/

test('what is asked all the time is found by an index: no table is read through', async () => {
  const url = temporaryDatabase()
  const statements = await hotStatements(url)
  const connection = await databases.postgres.connect(url)
  try {
    // Empty tables are quicker read through: what the planner can do without is what it would do with long ones.
    for (const way of ['seqscan', 'sort', 'hashjoin', 'mergejoin']) {
      await connection.query(`set enable_${way} = off`)
    }
    await connection.query('set plan_cache_mode = force_generic_plan')
    for (const [number, { name, statement }] of statements.entries()) {
      await connection.query(`prepare asked_${number} as ${statement}`)
      const values = [...new Set(statement.match(/\$\d+/g))].map(() => 'null')
      const given = values.length === 0 ? '' : `(${values.join()})`
      const rows = await connection.query(`explain (format json) execute asked_${number}${given}`)
      const plan = rows[0]?.['QUERY PLAN'] as { Plan: Plan }[]
      const read = plan.flatMap(({ Plan: root }) => readThrough(root))
      expect.soft(read, `${name}: ${statement}`).toEqual([])
    }
  } finally {
    await connection.close()
  }
})

/** Tables and indexes of which a plan reads everything. */
function readThrough(plan: Plan): string[] {
  // An EXISTS is looked up row by row; that of no rows at all may as well be hashed.
  const isHashed = plan.Filter?.includes('hashed SubPlan') === true
  const parts = (plan.Plans ?? []).filter(
    (part) => !(isHashed && part['Parent Relationship'] === 'SubPlan'),
  )
  const below = parts.flatMap(readThrough)
  const { 'Node Type': type, 'Relation Name': table = '', 'Index Name': index = '' } = plan
  // There are as many workers as processes.
  if (table === 'agentic_worker') return below
  if (type === 'Seq Scan') return [...below, `table ${table}`]
  const isWhole = /Index (Only )?Scan/.test(type) && plan['Index Cond'] === undefined
  return isWhole && !mayBeRead.test(index) ? [...below, `index ${index}`] : below
}
