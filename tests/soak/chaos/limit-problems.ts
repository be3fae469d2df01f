import { limits } from './plan.ts'
import type { Surroundings } from './surroundings.ts'

/** What is wrong with the runs that run at this moment; on SQLite it is not looked at, so as not to hold its lock. */
export async function limitProblems({ server }: Surroundings): Promise<string[]> {
  if (server === null) return []
  const rows = await server.ask(
    `select owner, count(*)::int as n, count(distinct session_id)::int as sessions
      from agentic.agentic_run where status = 'running' group by owner`,
  )
  const running = rows.map(({ owner, n, sessions }) => ({
    owner: String(owner),
    n: Number(n),
    sessions: Number(sessions),
  }))
  const total = running.reduce((sum, { n }) => sum + n, 0)
  const { totalConcurrency, ownerConcurrency } = limits
  return [
    ...(total > totalConcurrency ? [`${total} runs ran at once, ${totalConcurrency} may`] : []),
    ...running
      .filter(({ n }) => n > ownerConcurrency)
      .map(({ owner, n }) => `${n} runs of ${owner} ran at once, ${ownerConcurrency} may`),
    ...running
      .filter(({ n, sessions }) => n !== sessions)
      .map(({ owner }) => `two runs of one session of ${owner} ran at once`),
  ]
}
