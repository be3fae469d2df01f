import type { DatabaseKind } from '../../support/databases.ts'
import { problemsAfter, referenceOf } from './oracle.ts'
import { freshPlace } from './place.ts'
import type { KillAt } from './points.ts'
import { inParallel, live, type Lives } from './rescue.ts'

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

/**
 * A run for each list of kills, one kill a life; then compared with a run nobody killed, but for one about whose
 * interrupted call a person is asked: it has more to tell.
 */
export async function killEach(
  kind: DatabaseKind,
  streamed: boolean,
  cases: KillAt[][],
  asks = false,
) {
  const reference = asks ? null : referenceOf(await live(await freshPlace(kind), { streamed }, []))
  const problems: string[] = []
  let killed = 0
  await inParallel(6, [...cases.entries()], async ([index, kills]) => {
    const name = nameOf(kills)
    // To wait for a lease is the same in all of them.
    const leases = index % 6 === 0 ? 'last' : 'are over'
    const lives = await live(await freshPlace(kind), { streamed, asks }, kills, leases)
    killed += lives.killed
    const missed = kills[lives.killed]
    if (missed !== undefined && isReachable(missed, lives)) problems.push(`${name} was not reached`)
    problems.push(...problemsAfter(lives, reference).map((problem) => `${name}: ${problem}`))
  })
  return { problems, killed }
}

function nameOf(kills: KillAt[]): string {
  return kills
    .map((kill) => Object.entries(kill).flat().join('-').replaceAll(/[:#]/g, '-'))
    .join(',')
}

/** A point must be reached. A commit need not: what happens at once shares one, so a life may have fewer of them. */
function isReachable(kill: KillAt, { commits }: Lives): boolean {
  if ('point' in kill) return true
  return ('before' in kill ? kill.before : kill.after) <= commits
}
