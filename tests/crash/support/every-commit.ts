import { tag } from './agent-process.ts'
import { problemsOf, shapeOf, type Shape } from './oracle.ts'
import type { KillAt } from './points.ts'
import { crashFolder, freshCase, inParallel, live, type Lives } from './rescue.ts'

/** Counts the commits of a run nobody kills; then kills one run before each, one after each, and lets it go on. */
export async function everyCommit({ streamed, every }: { streamed: boolean; every: number }) {
  const folder = await crashFolder()
  const unkilled = await live(freshCase(folder, 'unkilled'), { streamed }, [])
  const problems = problemsAfter(unkilled, null)
  const reference = referenceOf(unkilled)
  const cases: KillAt[] = []
  for (let number = 1; number <= unkilled.commits; number += every) {
    cases.push({ before: number }, { after: number })
  }
  let killed = 0
  await inParallel(4, cases, async (kill) => {
    const name = Object.entries(kill).flat().join('-')
    const lives = await live(freshCase(folder, name), { streamed }, [kill])
    killed += lives.killed
    problems.push(...problemsAfter(lives, reference).map((problem) => `${name}: ${problem}`))
  })
  return { problems, killed, cases: cases.length }
}

export function referenceOf(unkilled: Lives): Shape {
  const final = unkilled.snapshots.at(-1)!
  return shapeOf(final, final.runs[0]?.id ?? '')
}

export function problemsAfter(lives: Lives, reference: Shape | null): string[] {
  const final = lives.snapshots.at(-1)!
  const accepted = final.effects.flatMap((e) => (e.kind === 'accepted' ? [e.runId] : []))
  const ids = [...new Set(accepted)]
  if (ids.length !== 1 || final.runs.length !== 1) {
    return [`${final.runs.length} runs, accepted ${ids.join(', ')}`]
  }
  return problemsOf({ id: ids[0]!, tag }, final, lives.snapshots.slice(0, -1), reference)
}
