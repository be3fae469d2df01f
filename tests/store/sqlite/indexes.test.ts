import { expect, test } from 'vitest'
import { temporaryDatabase } from '../../support/instance.ts'
import { sql } from '../../support/sql.ts'
import { hotStatements } from '../support/hot-paths.ts'

test('what is asked all the time is found by an index: no table is read through', async () => {
  const url = temporaryDatabase()
  for (const { name, statement } of await hotStatements(url)) {
    const plan = await sql(url, `explain query plan ${statement}`)
    const steps = plan.map((row) => String(row['detail']))
    const pages = steps.flatMap(
      (step) => /^(?:CO-ROUTINE|MATERIALIZE) (\w+)$/.exec(step)?.[1] ?? [],
    )
    const isPage = (step: string) => pages.some((page) => step === `SCAN ${page}`)
    const scans = steps.filter(
      (step) => step.startsWith('SCAN') && !mayBeScanned.test(step) && !isPage(step),
    )
    expect.soft(scans, `${name}: ${steps.join('\n')}`).toEqual([])
  }
})

/**
 * No tables of ours: the agent keys asked for, and what was found so far. Of indexes that hold little, or of which the
 * first entry or two are read: slots in use, turns given out, lanes that wait, runs under way. And the table of workers.
 */
const mayBeScanned =
  /^SCAN (k|lane|pending|w|CONSTANT ROW|\w+ USING .*INDEX agentic_run_(total_slot|agent_turn|lane|lease))\b/

test('what a claim looks up of a lane or a session is found by the index made for it', async () => {
  const url = temporaryDatabase()
  const statements = (await hotStatements(url)).filter(({ name }) => ofLanes.includes(name))
  expect(new Set(statements.map(({ name }) => name))).toEqual(new Set(ofLanes))
  for (const { name, statement } of statements) {
    const plan = await sql(url, `explain query plan ${statement}`)
    const steps = plan.map((row) => String(row['detail']))
    expect
      .soft(
        steps.filter((step) => tooMany.test(step)),
        name,
      )
      .toEqual([])
  }
})

const ofLanes = [
  ...['next of an owner', 'claim', 'a run that begins', 'next of a lane', 'next of a session'],
  ...['forgotten lanes', 'end'],
]

/** Found this way would be all runs of an owner, all that a session ever had, or the turns of all owners. */
const tooMany =
  /agentic_run_owner_(?:status|recent)|agentic_run_session_recent \(session_id=\?\)|q USING .*agentic_run_agent_turn/
