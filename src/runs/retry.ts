import { AgenticError } from '../core/errors.ts'
import { isFinished, type Run } from '../core/run.ts'
import type { SubmitOptions } from '../core/api.ts'
import { notFound } from '../events/follow.ts'
import { findRun } from '../store/find-runs.ts'
import type { Note, Runtime } from './runtime.ts'
import { submitRun } from './submit.ts'

/** A new run with the same input, on fresh history and with an empty journal. */
export async function retryRun(
  runtime: Runtime,
  query: { owner: string; id: string; idempotencyKey?: string; isUnlimited?: boolean },
  note?: Note<Run>,
): Promise<Run> {
  const run = await runtime.database.read(async (executor) => findRun(executor, query))
  if (run === null) throw notFound(query.id)
  if (!isFinished(run)) {
    throw new AgenticError(
      'run_not_finished',
      `Run ${run.id} is ${run.status}. Wait for its end or cancel it, then retry.`,
    )
  }
  const maxTurns = Math.min(run.config.maxTurns ?? runtime.config.maxTurns, runtime.config.maxTurns)
  const submit = {
    owner: run.owner,
    session: run.sessionKey,
    agent: run.agentKey,
    input: run.input as SubmitOptions['input'],
    context: run.context,
    config: { maxTurns },
    retryOf: run.id,
    ...(query.isUnlimited === true && { isUnlimited: true }),
    ...(query.idempotencyKey !== undefined && { idempotencyKey: query.idempotencyKey }),
  }
  const { isNew: _, ...retried } = await submitRun(runtime, submit, note)
  return retried
}
