import type { HousekeepingApi, RecoveredRun } from '../core/housekeeping.ts'
import { checkText, describe } from '../core/check.ts'
import { AgenticError } from '../core/errors.ts'
import type { RecoveryMode } from '../core/options.ts'
import { isHeldHere, recoverOne } from '../runs/recover.ts'
import type { Runtime } from '../runs/runtime.ts'
import { addAudit } from '../store/audit.ts'
import { expiredRuns, findHeld, type ExpiredRun, type Held } from '../store/leases.ts'
import { noRun } from './timeline.ts'

type Query = Parameters<HousekeepingApi['recover']>[0]

const atOnce = 100

/** Takes runs from workers that are gone, each with a line of who wanted it. */
export async function recoverNow(
  runtime: Runtime,
  { actor, id, mode = modeOf(runtime.config.recovery) }: Query,
): Promise<RecoveredRun[]> {
  checkText('actor', actor)
  checkMode(mode)
  if (id !== undefined) return recoverSome(runtime, [await lostRun(runtime, id)], mode, actor)
  const recovered: RecoveredRun[] = []
  for (;;) {
    const found = await runtime.database.read(async (executor) =>
      expiredRuns(executor, { limit: atOnce }),
    )
    const lost = found.filter((run) => !isHeldHere(runtime, run))
    const some = await recoverSome(runtime, lost, mode, actor)
    recovered.push(...some)
    // What is left is what others are at.
    if (found.length < atOnce || some.length === 0) return recovered
  }
}

function modeOf(recovery: RecoveryMode): 'resume' | 'fail' {
  return recovery === 'fail' ? 'fail' : 'resume'
}

async function recoverSome(
  runtime: Runtime,
  lost: ExpiredRun[],
  mode: 'resume' | 'fail',
  actor: string,
): Promise<RecoveredRun[]> {
  const recovered: RecoveredRun[] = []
  for (const run of lost) {
    const { id, owner, attempt } = run
    const status = await recoverOne(runtime, run, mode, async (executor, how) => {
      const details = { mode, attempt, status: how }
      const target = { target: 'run', targetId: id, owner } as const
      await addAudit(executor, { ...target, actor, action: 'recover', details })
    })
    if (status !== null) recovered.push({ id, owner, status })
  }
  return recovered
}

async function lostRun(runtime: Runtime, id: string): Promise<ExpiredRun> {
  checkText('id', id)
  const held = await runtime.database.read(async (executor) => findHeld(executor, { id }))
  if (held === null) throw noRun(id)
  const why = whyNotLost(held, isHeldHere(runtime, held))
  if (why === null) return held
  throw new AgenticError('run_not_lost', `Run ${id} ${why}`)
}

function whyNotLost(
  { status, lease_expires_at: until, worker_id: worker, now }: Held,
  isHere: boolean,
): string | null {
  if (status !== 'running') {
    return `is ${status}: no worker holds it, so none was lost. Only runs that are running are recovered.`
  }
  if (isHere) return 'is executed by this process.'
  if (until === null || until < now) return null
  const seconds = Math.ceil((until - now) / 1000)
  return `is leased until ${new Date(until).toISOString()} (${seconds} s from now) by worker ${worker}. If that worker is gone, recover the run after that; if it lives, cancel the run.`
}

function checkMode(mode: unknown): void {
  if (mode === 'resume' || mode === 'fail') return
  throw new AgenticError(
    'invalid_request',
    `\`mode\` is ${describe(mode)}. Accepted is "resume" or "fail".`,
  )
}
