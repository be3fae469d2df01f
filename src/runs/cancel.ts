import { notFound } from '../events/follow.ts'
import { isFinished, type Run } from '../core/run.ts'
import type { SessionItem } from '../core/session.ts'
import { approvalsOfRun } from '../store/approvals.ts'
import type { Executor } from '../store/database.ts'
import { findRun } from '../store/find-runs.ts'
import { requestCancel } from '../store/move-run.ts'
import { readSteps } from '../store/steps.ts'
import { announceEnd, finish, type Ended } from './finish.ts'
import { announce, type Note, type Runtime } from './runtime.ts'
import { keptItems } from './kept-items.ts'
import type { RunEvent } from '../core/event.ts'

interface Cancelled {
  run: Run
  events: RunEvent[]
  ended: Ended | null
}

/**
 * A row first, then a signal. A pending or waiting run ends at once; a running one is told, here or by its worker's
 * next write or look. Cancelling a finished run answers with it as it is.
 */
export async function cancelRun(
  runtime: Runtime,
  query: { owner: string; id: string },
  note?: Note<Run>,
): Promise<Run> {
  const { run, events, ended } = await runtime.database.write(
    async (executor) => {
      const cancelled = await cancel(runtime, executor, query)
      const isChange = cancelled.events.length > 0 || cancelled.ended !== null
      if (isChange) await note?.(executor, cancelled.run)
      return cancelled
    },
    { owner: query.owner, runId: query.id },
  )
  announce(runtime, query.owner, events)
  if (ended !== null) await announceEnd(runtime, ended)
  else if (!isFinished(run)) runtime.attempts.get(run.id)?.requestCancel()
  return run
}

async function cancel(
  runtime: Runtime,
  executor: Executor,
  query: { owner: string; id: string },
): Promise<Cancelled> {
  const events = await requestCancel(executor, query)
  const run = await findRun(executor, query)
  if (run === null) throw notFound(query.id)
  if (run.status !== 'pending' && run.status !== 'awaiting_approval') {
    return { run, events, ended: null }
  }
  const items = run.attempt > 0 ? await itemsSoFar(executor, run) : []
  const target = { id: run.id, from: run.status, attempt: run.attempt }
  const ended = await finish(runtime, executor, target, { status: 'cancelled', items })
  return { run: (await findRun(executor, query)) ?? run, events, ended }
}

/** Also one that was given back in the middle may have asked a person before, and waits for the answer as it is pending. */
async function itemsSoFar(executor: Executor, run: Run): Promise<SessionItem[]> {
  const steps = await readSteps(executor, { runId: run.id })
  return keptItems(run, steps, await approvalsOfRun(executor, { runId: run.id }))
}
