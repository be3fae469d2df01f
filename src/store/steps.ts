import { sql } from 'kysely'
import type { Executor } from './database.ts'
import { part, selectRows, type Part } from './guarded.ts'
import { t } from './names.ts'
import { statement } from './statement.ts'
import type { StepKind, StepTable } from './tables.ts'

/** What a model response used; a step of another kind uses nothing. */
export interface StepUsage {
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
  totalTokens: number
  /** Null when unknown. */
  cost: number | null
}

export const noStepUsage: StepUsage = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  cost: null,
}

export interface StepValues extends StepUsage {
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
  /** How long it took, where no mark says when it was begun. */
  tookMs: number
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

/** A finished step, written behind a gate; completes the mark when the step had one. */
export function stepParts(values: StepValues): Part[] {
  return record([values])
}

const record = part<StepValues>('step', (gate, rows, facts) => {
  const columns = (v: StepValues) => sql`${gate.column('id')}, ${v.path}, ${v.kind}, 'done',
    cast(${v.attempt} as integer), ${v.agentName}, ${v.name}, ${v.callId}, ${v.arguments},
    ${v.effectiveArguments}, ${v.result}, ${v.given}, cast(${v.inputTokens} as bigint),
    cast(${v.outputTokens} as bigint), cast(${v.cachedTokens} as bigint),
    cast(${v.reasoningTokens} as bigint), cast(${v.totalTokens} as bigint),
    cast(${v.cost} as double precision),
    ${facts.now} - cast(${v.tookMs} as bigint), ${facts.now}`
  return sql`
    insert into ${t.step} (run_id, path, kind, state, attempt, agent_name, name, call_id, arguments,
      effective_arguments, result, given, input_tokens, output_tokens, cached_tokens,
      reasoning_tokens, total_tokens, cost, started_at, finished_at)
    ${selectRows(gate, rows.map(columns))}
    on conflict (run_id, path) do update set state = 'done', result = excluded.result,
      effective_arguments = excluded.effective_arguments, finished_at = excluded.finished_at`
})

/** The mark of a call as begun, before it is made: found after a crash, it says that the effect is unknown. */
export function markParts(values: StepValues): Part[] {
  return mark([values])
}

const mark = part<StepValues>('mark', (gate, rows, facts) => {
  const columns = (v: StepValues) => sql`${gate.column('id')}, ${v.path}, ${v.kind}, 'started',
    cast(${v.attempt} as integer), ${v.agentName}, ${v.name}, ${v.callId}, ${v.arguments},
    ${v.effectiveArguments}, ${facts.now}`
  return sql`
    insert into ${t.step} (run_id, path, kind, state, attempt, agent_name, name, call_id, arguments,
      effective_arguments, started_at)
    ${selectRows(gate, rows.map(columns))}
    on conflict (run_id, path) do update set attempt = excluded.attempt
      where ${t.step}.state = 'started'`
})
