import { setTimeout as delay } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'
import type { Journal } from './journal.ts'
import { killWorker, runsOf, type Executed } from './kill-worker.ts'
import type { Member } from './member.ts'
import type { Surroundings } from './surroundings.ts'

const patienceMs = 30_000

interface Calm {
  fleet: Fleet
  journal: Journal
  surroundings: Surroundings
}

/** Before anything else goes wrong one worker is killed and another one drains: how soon others go on is measured. */
export async function recoverInCalm(stage: Calm): Promise<void> {
  const { fleet, journal, surroundings } = stage
  if (surroundings.server === null) return
  const [first, second] = fleet.workers
  await busy(first!, surroundings)
  await gone(await killWorker(first!, surroundings, journal), stage)
  await until(() => first!.isUp)
  await busy(second!, surroundings)
  const runs = await runsOf(second!, surroundings)
  second!.drain()
  await gone(runs, stage)
  await until(() => second!.isUp)
  journal.calmUntil = Date.now()
}

async function busy(worker: Member, surroundings: Surroundings): Promise<void> {
  await until(async () => (await runsOf(worker, surroundings)).length > 0)
}

/** Each is another one's, or has ended. */
async function gone(runs: Executed[], { surroundings }: Calm): Promise<void> {
  const same = runs.map(({ id, attempt }) => `(id = '${id}' and attempt = ${attempt})`)
  if (same.length === 0) return
  const left = `select id from agentic.agentic_run where finished_at is null and (${same.join(' or ')})`
  await until(async () => (await surroundings.server!.ask(left)).length === 0)
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await isSo()) && performance.now() < end) await delay(20)
}
