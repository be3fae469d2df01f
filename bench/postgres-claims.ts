import { openDatabase } from '../src/store/open.ts'
import { claimTimes, flat } from './claim-times.ts'
import { withDatabases } from './databases.ts'
import { createSchema, fillFinished, fillPending, type PendingShape } from './fill.ts'
import {
  aimCells,
  judge,
  median,
  spread,
  table,
  type Findings,
  type Setting,
  type Verdict,
} from './report.ts'

interface Case {
  name: string
  shape: PendingShape
  pending: number
  finished: number
}

const few = 300
const names = ['claims_few', 'claims_many'] as const

/** What one claim costs among few rows and among many, taken in turn from two databases. */
export async function postgresClaims({ log, quick }: Setting): Promise<Findings> {
  const [pending, finished] = quick ? [3000, 10_000] : [100_000, 1_000_000]
  const count = (rows: number) => rows.toLocaleString('en')
  const cases: Case[] = [
    ...(['one owner', '10,000 owners', 'one blocked session'] as const).map((shape) => ({
      name: `${count(pending)} pending, ${shape}`,
      shape,
      pending,
      finished: 0,
    })),
    { name: `${count(finished)} finished`, shape: 'one owner', pending: few, finished },
  ]
  const rows: string[][] = []
  const verdicts: Verdict[] = []
  for (const one of cases) {
    const { small, large } = await compare(one)
    log(`one claim, ${one.name}`)
    const ratios = large.map((time, round) => time / (small[round] ?? Number.NaN))
    const verdict = judge(`${one.name}, ratio`, median(ratios), flat)
    verdicts.push(verdict)
    const times = [median(small).toFixed(2), median(large).toFixed(2)]
    rows.push([one.name, ...times, spread(ratios), ...aimCells(verdict)])
  }
  const head = ['rows', `ms/claim, ${few} pending only`, 'ms/claim', 'ratio', 'aim', 'met']
  const intro =
    'A claim with its commit, one after the other; 5 rounds of 40 claims from each database in turn.'
  return { body: `${intro}\n\n${table(head, rows)}`, verdicts }
}

/** Medians of rounds. */
async function compare(one: Case): Promise<{ small: number[]; large: number[] }> {
  return withDatabases(names, async (urls) => {
    const small = await prepared(urls.claims_few, { ...one, pending: few, finished: 0 })
    const large = await prepared(urls.claims_many, one)
    const times = { small: [] as number[], large: [] as number[] }
    for (let round = 0; round < 6; round += 1) {
      const taken = [await claimTimes(small, 40), await claimTimes(large, 40)].map(median)
      // The first round prepares the statements.
      if (round === 0) continue
      times.small.push(taken[0] ?? Number.NaN)
      times.large.push(taken[1] ?? Number.NaN)
    }
    await Promise.all([small.close(), large.close()])
    return times
  })
}

async function prepared(url: string, { shape, pending, finished }: Case) {
  await createSchema(url)
  if (finished > 0) await fillFinished(url, { runs: finished, perSession: 5, owners: 1000 })
  await fillPending(url, shape, pending)
  return openDatabase({ url, prefix: 'agentic_', durability: 'full' })
}
