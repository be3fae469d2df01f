import type { Finding } from '../core/housekeeping.ts'
import type { Runtime } from '../runs/runtime.ts'
import {
  approvalsOver,
  leasesOver,
  liveWorkers,
  longAsked,
  strandedSlots,
  waitingRuns,
} from '../store/doctor.ts'
import { countHidden } from '../store/count-due.ts'
import { waitingAgents } from '../store/turns.ts'

const dayMs = 86_400_000
const longMs = { pending: 60_000, approval: 3 * dayMs, expiry: 60_000 }

/** What the rows say about runs that do not go on. */
export async function checkRows(runtime: Runtime): Promise<Finding[]> {
  const { database, config } = runtime
  const { leaseMs, sweepMs } = config
  return database.read(async (executor) => {
    const workers = await liveWorkers(executor, { leaseMs })
    const waiting = await waitingRuns(executor, {})
    const now = Date.now()
    return [
      ...workerFindings(workers.workers, waiting.many),
      ...pendingFindings({ ...waiting, free: freePlaces(workers, config), now }),
      ...leaseFindings(
        await leasesOver(executor, { forMs: leaseMs + 2 * sweepMs }),
        config.recovery === 'ignore',
      ),
      ...agentFindings(await waitingAgents(executor), config.agentKeys),
      ...approvalFindings(
        await longAsked(executor, { forMs: longMs.approval }),
        await approvalsOver(executor, { forMs: longMs.expiry + sweepMs }),
      ),
      ...slotFindings(await strandedSlots(executor, {})),
      ...cleanupFindings(await countHidden(executor)),
    ]
  })
}

interface Many {
  many: number
  oldest: number | null
}

function workerFindings(workers: number, waiting: number): Finding[] {
  if (workers > 0) return []
  const message = 'No worker has shown itself for as long as a lease lasts'
  const advice = 'Start `agentic worker`, or a process of the app with `concurrency` above 0.'
  return waiting > 0
    ? [error('workers', `${message}, and ${runs(waiting)} to be executed.`, advice)]
    : [warning('workers', `${message}. Nothing waits now.`, advice)]
}

/** Runs that could be executed besides those that are. */
function freePlaces(
  { places, running }: { places: number; running: number },
  { limits: { total } }: Runtime['config'],
): number {
  return Math.min(places, total ?? places) - running
}

function pendingFindings({
  many,
  oldest,
  free,
  now,
}: Many & { free: number; now: number }): Finding[] {
  const isLong = oldest !== null && now - oldest > longMs.pending
  if (!isLong || free <= 0) return []
  return [
    warning(
      'pending',
      `${runs(many)} since ${since(oldest)} though workers have ${free} free places.`,
      'Look at their logs. Workers started with `--agents` may leave out the agents of these runs, or limits of another process may be lower.',
    ),
  ]
}

function leaseFindings({ many, oldest }: Many, isIgnored: boolean): Finding[] {
  if (many === 0) return []
  const message = `${many} running run(s) have lost their worker, the first ${since(oldest)}, and nobody recovers them`
  const advice = 'Run `agentic recover --mode=resume`, or `--mode=fail`.'
  return isIgnored
    ? [warning('leases', `${message}: the setting \`recovery\` is \`ignore\`.`, advice)]
    : [error('leases', `${message}: no worker looks for them.`, `Start a worker. ${advice}`)]
}

function agentFindings(waiting: string[], registered: string[]): Finding[] {
  const unknown = waiting.filter((key) => !registered.includes(key))
  if (unknown.length === 0) return []
  return [
    error(
      'agents',
      `Runs wait for agents that are not registered here: ${unknown.join(', ')}.`,
      'Register them, or cancel these runs: `agentic runs list --status pending --agent <key>`.',
    ),
  ]
}

function approvalFindings(asked: Many, over: Many): Finding[] {
  return [
    ...(asked.many === 0
      ? []
      : [
          warning(
            'approvals',
            `${asked.many} approval(s) have waited for days, the first since ${since(asked.oldest)}.`,
            'Decide them, or give approvals an expiry.',
          ),
        ]),
    ...(over.many === 0
      ? []
      : [
          error(
            'approvals',
            `${over.many} approval(s) should have expired, the first at ${since(over.oldest)}, and no worker saw to it.`,
            'Start a worker.',
          ),
        ]),
  ]
}

function slotFindings({ many }: Many): Finding[] {
  if (many === 0) return []
  return [
    error(
      'limits',
      `${many} slot(s) of limits are held by runs that do not run, so that fewer run than could.`,
      'This is a defect of the library: please report it. Cancelling these runs frees the slots.',
    ),
  ]
}

function cleanupFindings({ sessions }: { sessions: number }): Finding[] {
  if (Number(sessions) === 0) return []
  const message = 'A cleanup was interrupted while it deleted a large session.'
  return [{ severity: 'info', check: 'cleanup', message, advice: 'The next cleanup goes on.' }]
}

function error(check: Finding['check'], message: string, advice: string): Finding {
  return { severity: 'error', check, message, advice }
}

function warning(check: Finding['check'], message: string, advice: string): Finding {
  return { severity: 'warning', check, message, advice }
}

function runs(many: number): string {
  return many >= 1_000 ? '1,000 runs or more wait' : `${many} run(s) wait`
}

function since(moment: number | null): string {
  return moment === null ? 'unknown' : new Date(moment).toISOString()
}
