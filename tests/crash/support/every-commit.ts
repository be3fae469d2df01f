import { problemsAfter, referenceOf } from './oracle.ts'
import type { KillAt } from './points.ts'
import { crashFolder, freshCase, inParallel, live } from './rescue.ts'

/** Counts the commits of a run nobody kills; then kills one run before each, one after each, and lets it go on. */
export async function everyCommit({ streamed, every }: { streamed: boolean; every: number }) {
  const folder = await crashFolder()
  const unkilled = await live(freshCase(folder, 'unkilled'), { streamed }, [])
  const cases: KillAt[][] = []
  for (let number = 1; number <= unkilled.commits; number += every) {
    cases.push([{ before: number }], [{ after: number }])
  }
  const { problems, killed } = await killEach(folder, streamed, cases)
  problems.push(...problemsAfter(unkilled, null))
  return { problems, killed, cases: cases.length }
}

/** A run for each list of kills, one kill a life; then compared with a run nobody killed. */
export async function killEach(folder: string, streamed: boolean, cases: KillAt[][]) {
  const reference = referenceOf(
    await live(freshCase(folder, `reference-${streamed}`), { streamed }, []),
  )
  const problems: string[] = []
  let killed = 0
  await inParallel(6, cases, async (kills) => {
    const name = nameOf(kills)
    const lives = await live(freshCase(folder, `${name}-${streamed}`), { streamed }, kills)
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
