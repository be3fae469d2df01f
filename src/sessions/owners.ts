import type { OwnersApi } from '../core/api.ts'
import { checkOwner, checkText } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import type { Database, Executor } from '../store/database.ts'
import { addAudit } from '../store/audit.ts'
import {
  countRuns,
  deleteAllowance,
  deleteSomeOfAHidden,
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
      checkText('actor', actor)
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
        const deleted = await idle(async (executor) => deleteSome(executor, owner))
        if (deleted === null) return { runs }
        runs += deleted.runs
        onProgress?.({ done: runs, of: Math.max(of, runs) })
      }
    },
  }
}

/**
 * Some runs; without any, a part of a session; at the end what else there is, and null. Runs come and end meanwhile:
 * none is left without its session.
 */
async function deleteSome(executor: Executor, owner: string): Promise<{ runs: number } | null> {
  const some = { owner, limit: batch }
  const runs = await deleteSomeRuns(executor, some)
  const isMore =
    runs > 0 ||
    (await deleteSomeOfASession(executor, some)) ||
    // What an interrupted cleanup has left may have been the owner's.
    (await deleteSomeOfAHidden(executor, some))
  if (isMore) return { runs }
  await deleteAllowance(executor, { owner })
  return null
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
