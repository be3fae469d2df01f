import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { toJson } from './json.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'

export interface DeletedRuns {
  runs: number
  events: number
  steps: number
  approvals: number
}

/** Deletes runs with all that is their own; what they added to their conversations stays. Answers how many rows. */
export async function deleteRuns(
  executor: Executor,
  query: { ids: string[] },
): Promise<DeletedRuns> {
  const ids = { ids: toJson(query.ids) }
  const [events, steps, approvals] = await Promise.all([
    ofRuns.event(executor, ids),
    ofRuns.step(executor, ids),
    ofRuns.approval(executor, ids),
    ofRuns.runInput(executor, ids),
  ])
  const runs = await themselves(executor, ids)
  return {
    runs: runs.length,
    events: events.length,
    steps: steps.length,
    approvals: approvals.length,
  }
}

const of = (table: (typeof t)[keyof typeof t]) =>
  statement<{ ids: string }, { run_id: string }>(
    (_db, v, facts) => sql`
      delete from ${table} where run_id in
        (select k.value from ${facts.eachText(sql`${v.ids}`)} as k) returning run_id`,
  )

const ofRuns = {
  event: of(t.event),
  step: of(t.step),
  approval: of(t.approval),
  runInput: of(t.runInput),
}

const themselves = statement<{ ids: string }, { id: string }>(
  (_db, v, facts) => sql`
    delete from ${t.run} where id in
      (select k.value from ${facts.eachText(sql`${v.ids}`)} as k) returning id`,
)
