import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'
import type { StepKind, StepTable } from './tables.ts'

export interface StepValues {
  runId: string
  path: string
  kind: StepKind
  attempt: number
  agentName: string
  name: string
  callId: string | null
  arguments: string | null
  effectiveArguments: string | null
  result: string | null
  given: string | null
  inputTokens: number
  outputTokens: number
}

/** All recorded steps of a run. */
export async function readSteps(
  executor: Executor,
  query: { runId: string },
): Promise<StepTable[]> {
  return ofRun(executor, query)
}

const ofRun = statement<{ runId: string }, StepTable>(
  (_db, v) => sql`select * from ${t.step} where run_id = ${v.runId} order by started_at, path`,
)

/** Records a finished step; completes the mark when the step had one. */
export async function recordStep(executor: Executor, values: StepValues): Promise<void> {
  await record(executor, values)
}

const record = statement<StepValues, never>(
  (_db, v, facts) => sql`
    insert into ${t.step} (run_id, path, kind, state, attempt, agent_name, name, call_id, arguments,
      effective_arguments, result, given, input_tokens, output_tokens, started_at, finished_at)
    values (${v.runId}, ${v.path}, ${v.kind}, 'done', ${v.attempt}, ${v.agentName}, ${v.name},
      ${v.callId}, ${v.arguments}, ${v.effectiveArguments}, ${v.result}, ${v.given},
      ${v.inputTokens}, ${v.outputTokens}, ${facts.now}, ${facts.now})
    on conflict (run_id, path) do update set state = 'done', result = excluded.result,
      effective_arguments = excluded.effective_arguments, finished_at = excluded.finished_at`,
)

/** Marks a call as begun, before it is made: found after a crash, the mark says that its effect is unknown. */
export async function markStarted(executor: Executor, values: StepValues): Promise<void> {
  await mark(executor, values)
}

const mark = statement<StepValues, never>(
  (_db, v, facts) => sql`
    insert into ${t.step} (run_id, path, kind, state, attempt, agent_name, name, call_id, arguments,
      effective_arguments, started_at)
    values (${v.runId}, ${v.path}, ${v.kind}, 'started', ${v.attempt}, ${v.agentName}, ${v.name},
      ${v.callId}, ${v.arguments}, ${v.effectiveArguments}, ${facts.now})
    on conflict (run_id, path) do update set attempt = excluded.attempt
      where ${t.step}.state = 'started'`,
)
