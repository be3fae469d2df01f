import { load, type Figures } from './load.ts'
import {
  aimCells,
  atLeast,
  atMost,
  judge,
  median,
  spread,
  table,
  withScratchFile,
  type Aim,
  type Findings,
  type Setting,
  type Verdict,
} from './report.ts'
import { Side } from './side.ts'

interface Pair {
  bare: Figures
  durable: Figures
}

/** Both sides in turn, several rounds, so that a machine whose speed drifts is unfair to neither. */
export async function throughput({ log, quick }: Setting): Promise<Findings> {
  const rounds = quick ? 2 : 5
  return withScratchFile(async (database) => {
    const bare = await Side.start({ kind: 'bare' })
    const durable = await Side.start({ kind: 'ours', database })
    try {
      const warm = { clients: 4, total: quick ? 20 : 300, tag: 'warm', owners: 50 }
      await load(bare, warm)
      await load(durable, warm)
      const rows: Row[] = []
      for (const clients of [1, 16]) {
        const pairs: Pair[] = []
        for (let round = 0; round < rounds; round += 1) {
          const total = quick ? 20 : clients === 1 ? 300 : 1000
          const asked = { clients, total, tag: `r${clients}-${round}`, owners: 50 }
          pairs.push({ bare: await load(bare, asked), durable: await load(durable, asked) })
          log(`throughput, ${clients} clients, round ${round + 1} of ${rounds}`)
        }
        rows.push(...describe(clients, pairs))
      }
      const head = ['clients', 'figure', 'bare `run()`', 'durable', 'ratio', 'aim', 'met']
      const body = `Submitted and followed to its end; events and marks on, streamed, ${rounds} rounds.\n\n${table(
        head,
        rows.map((row) => row.cells),
      )}`
      return { body, verdicts: rows.flatMap((row) => row.verdict ?? []) }
    } finally {
      await bare.stop()
      await durable.stop()
    }
  })
}

interface Row {
  cells: string[]
  verdict: Verdict | undefined
}

function describe(clients: number, pairs: Pair[]): Row[] {
  const of = (side: keyof Pair, pick: (figures: Figures) => number) =>
    pairs.map((pair) => pick(pair[side]))
  const fixed = (values: number[]) => median(values).toFixed(2)

  const row = (name: string, pick: (figures: Figures) => number, aim?: Aim): Row => {
    const ratios = pairs.map((pair) => pick(pair.durable) / pick(pair.bare))
    const verdict = aim && judge(`${name}, ${clients} clients, ratio`, median(ratios), aim)
    const values = [fixed(of('bare', pick)), fixed(of('durable', pick)), spread(ratios)]
    return { cells: [String(clients), name, ...values, ...aimCells(verdict)], verdict }
  }
  const own = (name: string, pick: (figures: Figures) => number, aim: Aim): Row => {
    const verdict = judge(`${name}, ${clients} clients`, median(of('durable', pick)), aim)
    const values = ['–', fixed(of('durable', pick)), '–']
    return { cells: [String(clients), name, ...values, ...aimCells(verdict)], verdict }
  }
  const many = clients > 1
  return [
    row('runs/s', (f) => f.runsPerSecond, many ? atLeast(0.5) : undefined),
    row('CPU ms/run', (f) => f.cpuMsPerRun, many ? atMost(2) : undefined),
    row('p50 submit→done ms', (f) => f.p50Ms, many ? undefined : atMost(3)),
    row('p99 submit→done ms', (f) => f.p99Ms),
    own('SQL statements/run', (f) => f.statementsPerRun, atMost(24)),
    own('transactions/run', (f) => f.transactionsPerRun, atMost(7)),
  ]
}
