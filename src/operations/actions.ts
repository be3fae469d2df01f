import type { AuditEntry } from '../core/admin.ts'
import { AgenticError } from '../core/errors.ts'
import { isFinished, type Run } from '../core/run.ts'
import { cancelRun } from '../runs/cancel.ts'
import { retryRun } from '../runs/retry.ts'
import type { Runtime } from '../runs/runtime.ts'
import { inspectRun, ownerOfRun } from '../store/admin-runs.ts'
import { addAudit } from '../store/audit.ts'
import { deleteRuns } from '../store/delete-runs.ts'
import { noRun } from './timeline.ts'

interface Action {
  id: string
  actor: string
}

/** The verbs of a run for anybody's run: each writes who did it in the transaction of what it changes. */
export async function cancelAny(runtime: Runtime, { id, actor }: Action): Promise<Run> {
  const owner = await ownerOf(runtime, id)
  return cancelRun(runtime, { owner, id }, async (executor, run) => {
    await addAudit(executor, {
      ...about(run),
      actor,
      action: 'cancel',
      details: { status: run.status },
    })
  })
}

export async function retryAny(
  runtime: Runtime,
  { id, actor, idempotencyKey }: Action & { idempotencyKey?: string },
): Promise<Run> {
  const owner = await ownerOf(runtime, id)
  // The owner's own keys are not to be met.
  const key =
    idempotencyKey === undefined ? {} : { idempotencyKey: `retry:${id}:${idempotencyKey}` }
  return retryRun(runtime, { owner, id, isUnlimited: true, ...key }, async (executor, run) => {
    const details = { run_id: run.id }
    await addAudit(executor, { ...about({ id, owner }), actor, action: 'retry', details })
  })
}

/** Deletes a run that has ended; the items it gave its conversation stay there. */
export async function purge(runtime: Runtime, { id, actor }: Action): Promise<void> {
  const owner = await ownerOf(runtime, id)
  await runtime.database.write(
    async (executor) => {
      const inspected = await inspectRun(executor, { id })
      if (inspected === null) throw noRun(id)
      const { run } = inspected
      if (!isFinished(run)) throw notFinished(run)
      await deleteRuns(executor, { ids: [id] })
      const details = { status: run.status, agent_key: run.agentKey, session_key: run.sessionKey }
      await addAudit(executor, { ...about(run), actor, action: 'purge', details })
    },
    { owner, runId: id },
  )
}

function about({
  id,
  owner,
}: Pick<Run, 'id' | 'owner'>): Pick<AuditEntry, 'target' | 'targetId' | 'owner'> {
  return { target: 'run', targetId: id, owner }
}

async function ownerOf({ database }: Runtime, id: string): Promise<string> {
  const owner = await database.read(async (executor) => ownerOfRun(executor, { id }))
  if (owner === null) throw noRun(id)
  return owner
}

function notFinished(run: Run): AgenticError {
  return new AgenticError(
    'run_not_finished',
    `Run ${run.id} is ${run.status}. Wait for its end or cancel it, then delete it.`,
  )
}
