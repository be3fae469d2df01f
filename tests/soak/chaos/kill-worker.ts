import type { Journal } from './journal.ts'
import type { Member } from './member.ts'
import type { Surroundings } from './surroundings.ts'

export interface Executed {
  id: string
  attempt: number
}

/** What a worker executes at this moment; not known on SQLite, whose only lock is not to be in the way. */
export async function runsOf(worker: Member, { server }: Surroundings): Promise<Executed[]> {
  const rows = await server?.ask(
    `select r.id, r.attempt from agentic.agentic_run r join agentic.agentic_worker w on w.id = r.worker_id
      where r.status = 'running' and w.pid = ${worker.pid}`,
  )
  return (rows ?? []).map(({ id, attempt }) => ({ id: String(id), attempt: Number(attempt) }))
}

/** Notes what it was executing, so that it can be said when that went on elsewhere. */
export async function killWorker(
  worker: Member,
  surroundings: Surroundings,
  journal: Journal,
): Promise<Executed[]> {
  const { pid } = worker
  const runs = await runsOf(worker, surroundings)
  if (!worker.isUp || worker.pid !== pid) return []
  worker.kill()
  journal.kills.push({ at: Date.now(), runs })
  return runs
}
