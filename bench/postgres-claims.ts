import { openDatabase } from '../src/store/open.ts'
import { claimTimesInTurn, howClaimed, rowOf, type TwoSizes } from './claim-times.ts'
import { withDatabases } from './databases.ts'
import { createSchema, fillFinished, fillPending, type PendingShape } from './fill.ts'
import { table, type Findings, type Setting, type Verdict } from './report.ts'

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
    const times = await compare(one)
    log(`one claim, ${one.name}`)
    const { verdict, row } = rowOf(one.name, times, 2)
    verdicts.push(verdict)
    rows.push(row)
  }
  const head = ['rows', `ms/claim, ${few} pending only`, 'ms/claim', 'ratio', 'aim', 'met']
  return { body: `${howClaimed}\n\n${table(head, rows)}`, verdicts }
}

async function compare(one: Case): Promise<TwoSizes> {
  return withDatabases(names, async (urls) => {
    const small = await prepared(urls.claims_few, { ...one, pending: few, finished: 0 })
    const large = await prepared(urls.claims_many, one)
    const times = await claimTimesInTurn(small, large)
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
