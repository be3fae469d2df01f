import { isAgenticError } from '../core/errors.ts'

export interface Outcome<Thing> {
  thing: Thing
  /** What a person is told. */
  said: string
  isDone: boolean
}

/** How many are under way at once: each is a transaction of its own. */
const atOnce = 8

/** Does it to each, whatever becomes of the others. What is wrong with one is told; what is wrong with us stops it all. */
export async function each<Thing>(
  things: readonly Thing[],
  act: (thing: Thing) => Promise<string>,
): Promise<Outcome<Thing>[]> {
  const outcomes: Outcome<Thing>[] = []
  for (let from = 0; from < things.length; from += atOnce) {
    const some = things.slice(from, from + atOnce).map(async (thing) => one(thing, act))
    outcomes.push(...(await Promise.all(some)))
  }
  return outcomes
}

async function one<Thing>(
  thing: Thing,
  act: (thing: Thing) => Promise<string>,
): Promise<Outcome<Thing>> {
  try {
    return { thing, said: await act(thing), isDone: true }
  } catch (error) {
    if (!isAgenticError(error)) throw error
    return { thing, said: error.message, isDone: false }
  }
}
