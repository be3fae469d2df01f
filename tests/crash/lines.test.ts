import { setTimeout as delay } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { createLine, type Line } from '../support/proxy.ts'
import { problemsAfter, referenceOf, type Shape } from './support/oracle.ts'
import { freshPlace, testOn } from './support/place.ts'
import { begin, happened, inParallel, live, type Process } from './support/rescue.ts'
import { snapshot } from './support/snapshot.ts'

// Dozens of processes, and lines that are waited for: on a busy machine they take their time.
vi.setConfig({ testTimeout: 300_000 })

const disturbances: Record<string, (line: Line) => Promise<void> | void> = {
  'is cut': (line) => line.cut(),
  'falls silent': (line) => line.silence(),
  'is slow': (line) => line.delay(60),
  async 'stands still for a while'(line) {
    line.freeze()
    await delay(3000)
    line.thaw()
  },
  async 'leads nowhere for a while'(line) {
    line.refuse()
    line.cut()
    await delay(3000)
    await line.accept()
  },
}

/** Found once for all tests. */
let unspoilt: Promise<Shape> | undefined

const steps = ['Safe#0', 'Triage#0', 'Researcher#1', 'Triage#1', 'Closer#0', 'Closer#1']

for (const [what, disturb] of Object.entries(disturbances)) {
  testOn(
    'postgres',
    `a run in a process whose line ${what} ends once and repeats nothing`,
    async () => {
      const reference = await undisturbed()
      const problems: string[] = []
      await inParallel(6, steps, async (step) => {
        const found = await disturbed(reference, async (line, happens) => {
          await happens(step)
          await disturb(line)
        })
        problems.push(...found.map((problem) => `${step}: ${problem}`))
      })
      expect(problems).toEqual([])
    },
  )
}

testOn(
  'postgres',
  'a run whose line is cut or falls silent at a commit ends once and repeats nothing',
  async () => {
    const reference = await undisturbed()
    const problems: string[] = []
    const numbers = [3, 6, 9, 12, 15, 18]
    const cuts = numbers.flatMap((number) => [
      { number, isSent: false, act: (line: Line) => line.cut() },
      { number: number + 1, isSent: true, act: (line: Line) => line.cut() },
    ])
    const silences = numbers.map((number) => {
      return { number: number + 2, isSent: true, act: (line: Line) => line.silence() }
    })
    const disturb = async ({ number, isSent, act }: (typeof cuts)[number]) => {
      const found = await disturbed(reference, (line) => atCommit(line, number, isSent, act))
      problems.push(...found.map((problem) => `${number} ${isSent} ${act}: ${problem}`))
    }
    // Who is left in silence only waits.
    await Promise.all([inParallel(4, cuts, disturb), inParallel(6, silences, disturb)])
    expect(problems).toEqual([])
  },
)

async function undisturbed(): Promise<Shape> {
  const alone = async () => live(await freshPlace('postgres'), { streamed: true }, [])
  return (unspoilt ??= alone().then(referenceOf))
}

type Happens = (step: string) => Promise<void>

/** What is wrong with a run that a process executed at the end of a line. */
async function disturbed(
  reference: Shape,
  disturb: (line: Line, happens: Happens) => Promise<void> | void,
): Promise<string[]> {
  const place = await freshPlace('postgres')
  const line = await createLine(place.database)
  const here = { database: line.url, effects: place.effects }
  const worker = begin({ place: here, streamed: true, kill: null })
  const happens = async (step: string) =>
    happened(place, (it) => it.kind === 'model' && it.label === `order-1:${step}`)
  await Promise.all([disturb(line, happens), ended(worker)])
  return problemsAfter({ snapshots: [await snapshot(place)] }, reference)
}

/** By itself, and without a word about a mistake of its own. */
async function ended(worker: Process): Promise<void> {
  let errors = ''
  worker.child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  expect((await worker.ended).how).toBe('done')
  expect(errors).not.toMatch(/unhandled|uncaught/i)
}

/** Before the server hears of the n-th commit, or when it has committed and its answer is on the way. */
function atCommit(line: Line, number: number, isSent: boolean, act: (line: Line) => void): void {
  let commits = 0
  let isDone = false
  line.watch((direction, text) => {
    if (direction === 'up' && text.includes('commit\0')) commits += 1
    const isNow = isSent
      ? direction === 'down' && text.includes('COMMIT\0')
      : direction === 'up' && text.includes('commit\0')
    if (isDone || !isNow || commits < number) return
    isDone = true
    act(line)
  })
}
