import type { OwnersApi } from '../core/api.ts'
import { checkOwner } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import type { Database, Executor } from '../store/database.ts'
import { addAudit } from '../store/audit.ts'
import {
  countRuns,
  deleteAllowance,
  deleteSomeOfASession,
  deleteSomeRuns,
  hasUnfinishedRuns,
} from '../store/owners.ts'

/** Small enough that others who write do not wait long, also on the embedded database. */
const batch = 100

/** All that belongs to one owner. */
export function ownersApi(database: Database, ready: () => Promise<void>): OwnersApi {
  return {
    async delete({ owner, actor = 'api', onProgress }) {
      checkOwner(owner)
      await ready()
      const idle = async <T>(unit: (executor: Executor) => Promise<T>): Promise<T> =>
        database.write(
          async (executor) => {
            await assertIdle(executor, owner)
            return unit(executor)
          },
          { owner, isLong: true },
        )
      const of =
        onProgress === undefined
          ? 0
          : await database.read(async (executor) => countRuns(executor, { owner }))
      await idle(async (executor) => noteDelete(executor, owner, actor))
      let runs = 0
      for (;;) {
        const deleted = await idle((executor) => deleteSomeRuns(executor, { owner, limit: batch }))
        runs += deleted
        onProgress?.({ done: runs, of: Math.max(of, runs) })
        if (deleted < batch) break
      }
      while (await idle((executor) => deleteSomeOfASession(executor, { owner, limit: batch })));
      await idle(async (executor) => deleteAllowance(executor, { owner }))
      return { runs }
    },
  }
}

async function assertIdle(executor: Executor, owner: string): Promise<void> {
  if (!(await hasUnfinishedRuns(executor, { owner }))) return
  throw new AgenticError(
    'owner_busy',
    'The owner has a run that has not ended. Cancel it or wait for its end, then delete again: what is deleted already stays deleted.',
  )
}

async function noteDelete(executor: Executor, owner: string, actor: string): Promise<void> {
  const target = { target: 'owner', targetId: owner, owner } as const
  await addAudit(executor, { ...target, actor, action: 'delete', details: {} })
}
