import { checkText } from '../core/check.ts'
import { hasAge, resolvePolicy, type CleanupConfig } from '../core/cleanup-policy.ts'
import type { CleanupOptions } from '../core/cleanup.ts'
import { AgenticError } from '../core/errors.ts'
import type { HousekeepingApi } from '../core/housekeeping.ts'
import type { Database } from '../store/database.ts'
import { addAudit } from '../store/audit.ts'
import { cleanup } from './cleanup.ts'
import { dryRun } from './dry-run.ts'

/** Cleanup as it is asked for, by a person or a program. */
export function cleanupApi(
  database: Database,
  setting: CleanupOptions,
  ready: () => Promise<void>,
): HousekeepingApi['cleanup'] {
  return async (asked, how = {}) => {
    const policy = resolvePolicy(setting, asked)
    if (!hasAge(policy)) {
      throw new AgenticError(
        'invalid_request',
        'Nothing says what is old. Give `eventsDays`, `stepsDays`, `runsDays` or `sessionsDays`, here or in the setting `cleanup`.',
      )
    }
    if (how.actor !== undefined) checkText('actor', how.actor)
    await ready()
    if (how.dryRun !== true) await noteCleanup(database, policy, how.actor ?? 'api')
    return how.dryRun === true ? dryRun(database, policy, how) : cleanup(database, policy, how)
  }
}

/** Before it begins: one that is killed was wanted as well. */
async function noteCleanup(
  database: Database,
  policy: CleanupConfig,
  actor: string,
): Promise<void> {
  const target = { target: 'table', targetId: 'run', owner: null } as const
  await database.write(async (executor) =>
    addAudit(executor, { ...target, actor, action: 'cleanup', details: { ...policy } }),
  )
}
