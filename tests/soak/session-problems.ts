import type { Snapshot } from '../crash/support/snapshot.ts'

/** History is in the order of runs, without gaps, one run after the other. */
export function sessionProblems({ items }: Pick<Snapshot, 'items'>): string[] {
  const sessions = Map.groupBy(items, (item) => item.session_id)
  return [...sessions].flatMap(([id, all]) => {
    const problems: string[] = []
    if (all.some((item, index) => item.position !== index + 1))
      problems.push(`gaps in session ${id}`)
    const order = all.map((item) => item.run_id)
    if (order.some((run, index) => index > 0 && run < order[index - 1]!)) {
      problems.push(`runs of session ${id} are out of order or mixed`)
    }
    return problems
  })
}
