import {
  aimCells,
  judge,
  median,
  quantile,
  spread,
  table,
  type Aim,
  type Verdict,
} from './report.ts'

/** A question, asked of what has few rows and of what has many. */
export interface Case<Side> {
  name: string
  ask: (side: Side) => Promise<unknown>
}

export interface Comparison<Side> {
  cases: Case<Side>[]
  few: Side
  many: Side
  heads: { what: string; few: string; many: string }
  aim: Aim
  calls: number
  log: (line: string) => void
}

const rounds = 5

/** What each question costs on both sides, in turn round by round. */
export async function compareSizes<Side>(
  comparison: Comparison<Side>,
): Promise<{ body: string; verdicts: Verdict[] }> {
  const { cases, heads, aim, log } = comparison
  const rows: string[][] = []
  const verdicts: Verdict[] = []
  for (const one of cases) {
    const { few, many, ratios } = await measure(comparison, one)
    const verdict = judge(`${one.name}, ratio`, median(ratios), aim)
    verdicts.push(verdict)
    const ms = [median(few), median(many), quantile(many, 0.95)]
    const cells = [one.name, ...ms.map((value) => value.toFixed(2)), spread(ratios)]
    rows.push([...cells, ...aimCells(verdict)])
    log(`${one.name}: ${cells.at(-1)}`)
  }
  const head = [heads.what, heads.few, heads.many, 'p95 of it', 'ratio', 'aim', 'met']
  return { body: table(head, rows), verdicts }
}

async function measure<Side>({ few, many, calls }: Comparison<Side>, one: Case<Side>) {
  const times = { few: [] as number[], many: [] as number[], ratios: [] as number[] }
  for (let round = 0; round <= rounds; round += 1) {
    const small = await timed(calls, async () => one.ask(few))
    const large = await timed(calls, async () => one.ask(many))
    // The first round prepares the statements, and settles what Postgres plans for them.
    if (round === 0) continue
    times.few.push(...small)
    times.many.push(...large)
    times.ratios.push(median(large) / median(small))
  }
  return times
}

async function timed(calls: number, ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < calls; n += 1) {
    const started = performance.now()
    await ask()
    times.push(performance.now() - started)
  }
  return times
}
