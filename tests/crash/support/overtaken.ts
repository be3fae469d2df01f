import { expect } from 'vitest'
import type { Plan } from './agent-process.ts'
import { problemsAfter } from './oracle.ts'
import type { Place } from './place.ts'
import { begin, happened, type Process } from './rescue.ts'
import { snapshot } from './snapshot.ts'

/** Another process sees the run through while this one is stopped; what the stopped one does when it goes on. */
export async function overtaken(place: Place, zombie: Process, other: Partial<Plan> = {}) {
  await begin({ place, streamed: true, kill: null, ...other }).ended
  const before = await snapshot(place)
  zombie.child.kill('SIGCONT')
  await zombie.ended
  const after = await snapshot(place)
  const { effects: sooner, ...rowsBefore } = before
  const { effects, ...rowsAfter } = after
  expect(rowsAfter).toEqual(rowsBefore)
  expect(problemsAfter({ snapshots: [before] }, null)).toEqual([])
  return { late: effects.slice(sooner.length), run: before.runs[0]! }
}

/** Resolves when a process has stopped itself. */
export async function stopped(place: Place, { child }: Process): Promise<void> {
  await happened(place, (it) => it.kind === 'note' && it.text === 'stopped' && it.pid === child.pid)
}
