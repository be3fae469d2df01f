import { Side, type Figures } from './side.ts'
import { median, scratchDatabase, table } from './report.ts'

interface Pair {
  bare: Figures
  durable: Figures
}

/** Both sides in turn, several rounds, so that a machine whose speed drifts is unfair to neither. */
export async function throughput(log: (line: string) => void): Promise<string> {
  const bare = await Side.start('bare')
  const durable = await Side.start('durable', scratchDatabase('throughput'))
  try {
    await bare.load(4, 300)
    await durable.load(4, 300, (n) => `warm-${n}`)
    const rows: string[][] = []
    for (const clients of [1, 16]) {
      const pairs: Pair[] = []
      for (let round = 0; round < 5; round += 1) {
        const total = clients === 1 ? 300 : 1000
        const left = await bare.load(clients, total)
        const right = await durable.load(clients, total, (n) => `r${clients}-${round}-${n}`)
        pairs.push({ bare: left, durable: right })
        log(`throughput, ${clients} clients, round ${round + 1} of 5`)
      }
      rows.push(...describe(clients, pairs))
    }
    return table(['clients', 'figure', 'bare `run()`', 'durable', 'ratio (min – max)', 'aim'], rows)
  } finally {
    await bare.stop()
    await durable.stop()
  }
}

function describe(clients: number, pairs: Pair[]): string[][] {
  const row = (name: string, pick: (figures: Figures) => number, aim: string) => {
    const ratios = pairs.map((pair) => pick(pair.durable) / pick(pair.bare))
    const spread = `${fixed(median(ratios))} (${fixed(Math.min(...ratios))} – ${fixed(Math.max(...ratios))})`
    const [left, right] = [pairs.map((p) => pick(p.bare)), pairs.map((p) => pick(p.durable))]
    return [String(clients), name, fixed(median(left)), fixed(median(right)), spread, aim]
  }
  const own = (name: string, pick: (figures: Figures) => number, aim: string) => {
    const values = pairs.map((pair) => pick(pair.durable))
    return [String(clients), name, '–', fixed(median(values)), '–', aim]
  }
  return [
    row('runs/s', (f) => f.runsPerSecond, clients === 16 ? '≥ 0.5' : ''),
    row('CPU ms/run', (f) => f.cpuMsPerRun, clients === 16 ? '≤ 2' : ''),
    row('p50 submit→done ms', (f) => f.p50Ms, clients === 1 ? '≤ 3' : ''),
    row('p99 submit→done ms', (f) => f.p99Ms, ''),
    own('SQL statements/run', (f) => f.statementsPerRun, '≤ 24'),
    own('transactions/run', (f) => f.transactionsPerRun, '≤ 7'),
  ]
}

function fixed(value: number): string {
  return value.toFixed(2)
}
