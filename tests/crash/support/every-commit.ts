import type { DatabaseKind } from '../../support/databases.ts'
import { problemsAfter, referenceOf } from './oracle.ts'
import { freshPlace } from './place.ts'
import type { KillAt } from './points.ts'
import { inParallel, live } from './rescue.ts'

export interface EveryCommit {
  kind: DatabaseKind
  streamed: boolean
  /** One of so many commits, unless all are wanted. */
  every: number
}

/** `npm run chaos -- --every-commit`. */
export const wantsAll = process.env['EVERY_COMMIT'] === 'yes'

/** How long it may take. */
export const everyCommitMs = wantsAll ? 3_600_000 : 240_000

/** Counts the commits of a run nobody kills; then kills one run before each, one after each, and lets it go on. */
export async function everyCommit({ kind, streamed, every }: EveryCommit) {
  const step = wantsAll ? 1 : every
  const unkilled = await live(await freshPlace(kind), { streamed }, [])
  const cases: KillAt[][] = []
  for (let number = 1; number <= unkilled.commits; number += 1) {
    if (number % step === 1 % step) cases.push([{ before: number }])
    if (number % step === 2 % step) cases.push([{ after: number }])
  }
  const { problems, killed } = await killEach(kind, streamed, cases)
  problems.push(...problemsAfter(unkilled, null))
  return { problems, killed, cases: cases.length }
}

/** A run for each list of kills, one kill a life; then compared with a run nobody killed. */
export async function killEach(kind: DatabaseKind, streamed: boolean, cases: KillAt[][]) {
  const reference = referenceOf(await live(await freshPlace(kind), { streamed }, []))
  const problems: string[] = []
  let killed = 0
  await inParallel(6, cases, async (kills) => {
    const name = nameOf(kills)
    const lives = await live(await freshPlace(kind), { streamed }, kills)
    killed += lives.killed
    if (lives.killed < kills.length) problems.push(...unreached(name, kills))
    problems.push(...problemsAfter(lives, reference).map((problem) => `${name}: ${problem}`))
  })
  return { problems, killed }
}

function nameOf(kills: KillAt[]): string {
  return kills
    .map((kill) => Object.entries(kill).flat().join('-').replaceAll(/[:#]/g, '-'))
    .join(',')
}

/** A number of commits may not be reached, because commits are shared by what happens at once; a point must be. */
function unreached(name: string, kills: KillAt[]): string[] {
  return kills.every((kill) => 'point' in kill) ? [`${name} was not reached`] : []
}
