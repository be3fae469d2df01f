import type { Figures } from './load.ts'
import type { SideName } from './postgres.ts'
import {
  aimCells,
  atLeast,
  atMost,
  judge,
  median,
  spread,
  table,
  type Aim,
  type Findings,
  type Verdict,
} from './report.ts'

/** All rounds of one shape of load. */
export interface Block {
  clients: number
  owners: number
  rounds: Record<SideName, Figures>[]
}

interface Row {
  name: string
  pick: (figures: Figures) => number
  /** Against bare `run()`, against the hand-rolled worker, and of ours alone. */
  aims?: { bare?: Aim; hand?: Aim; own?: Aim }
  isInfo?: boolean
}

const rows: Row[] = [
  { name: 'runs/s', pick: (f) => f.runsPerSecond, aims: { hand: atLeast(1) } },
  { name: 'p50 submit→done ms', pick: (f) => f.p50Ms, aims: { hand: atMost(1) } },
  { name: 'p95 submit→done ms', pick: (f) => f.p95Ms },
  { name: 'CPU ms/run', pick: (f) => f.cpuMsPerRun, aims: { bare: atMost(2.5) } },
  { name: '· of it node', pick: (f) => f.nodeMsPerRun },
  { name: '· of it Postgres', pick: (f) => f.postgresMsPerRun, isInfo: true },
  { name: '· of it Redis', pick: (f) => f.redisMsPerRun, isInfo: true },
  { name: 'SQL statements/run', pick: (f) => f.statementsPerRun, aims: { own: atMost(14) } },
  { name: 'transactions/run', pick: (f) => f.transactionsPerRun, aims: { own: atMost(7) } },
]

export function comparison(blocks: Block[]): Findings {
  const verdicts: Verdict[] = []
  const cells = blocks.flatMap((block) => rows.map((row) => cellsOf(block, row, verdicts)))
  const head = [
    'clients, owners',
    'figure',
    'bare',
    'hand-rolled',
    'ours',
    'ours / bare',
    'ours / hand-rolled',
    'aim',
    'met',
  ]
  return { body: table(head, cells), verdicts }
}

function cellsOf(block: Block, row: Row, verdicts: Verdict[]): string[] {
  const { name, pick, aims, isInfo } = row
  const of = (side: SideName) => block.rounds.map((round) => pick(round[side]))
  const ratios = (side: SideName) => block.rounds.map((r) => pick(r.ours) / pick(r[side]))
  const label = labelOf(block)
  const hasAim = block.clients > 1 && aims !== undefined
  const judged = (subject: string, value: number, aim: Aim | undefined) =>
    hasAim && aim ? judge(`${name}${subject}, clients and owners ${label}`, value, aim) : undefined
  const verdict =
    judged(' against bare', median(ratios('bare')), aims?.bare) ??
    judged(' against hand-rolled', median(ratios('hand')), aims?.hand) ??
    judged('', median(of('ours')), aims?.own)
  if (verdict !== undefined) verdicts.push(verdict)
  const isCount = aims?.own !== undefined
  return [
    label,
    name,
    ...(['bare', 'hand', 'ours'] as const).map((side) => median(of(side)).toFixed(2)),
    isInfo || isCount ? '–' : spread(ratios('bare')),
    isInfo || isCount ? '–' : spread(ratios('hand')),
    ...aimCells(verdict),
  ]
}

function labelOf({ clients, owners }: Block): string {
  return `${clients}, ${owners}`
}

/** For information: what the engines of many machines cost beside the queue in the process. */
export function queueTable(blocks: Block[], committed: Record<string, number>): string {
  const sides = ['hand', 'ours', 'bullmq', 'graphile'] as const
  const head = [
    'clients, owners',
    'figure',
    'hand-rolled',
    'ours',
    'with BullMQ',
    'with graphile-worker',
  ]
  const figures: Row[] = rows.filter((row) => !row.name.startsWith('transactions'))
  const cells = blocks.flatMap((block) =>
    figures.map(({ name, pick }) => [
      labelOf(block),
      name,
      ...sides.map((side) => median(block.rounds.map((round) => pick(round[side]))).toFixed(2)),
    ]),
  )
  const counted = sides.map((side) => (committed[side] ?? Number.NaN).toFixed(2))
  const whole = ['all', "the server's own count of commits/run, single reads too", ...counted]
  return table(head, [...cells, whole])
}
