import { committed, withDatabases } from './databases.ts'
import { load, type Figures } from './load.ts'
import { comparison, queueTable, type Block } from './postgres-report.ts'
import { withCleanRedis } from './redis.ts'
import type { Findings, Setting } from './report.ts'
import { ServerMeter } from './server-cpu.ts'
import { redisUrl } from './services.ts'
import { Side } from './side.ts'
import type { SideSpec } from './sides/side-spec.ts'

/** Each keeps its rows in a database of its own, so that the server counts its transactions for each. */
export const sideNames = ['bare', 'hand', 'ours', 'bullmq', 'graphile'] as const
export type SideName = (typeof sideNames)[number]
type Sides = Record<SideName, Side>

interface Shape {
  clients: number
  owners: number
  total: number
}

const shapes: Shape[] = [
  { clients: 1, owners: 1, total: 250 },
  { clients: 16, owners: 16, total: 800 },
  { clients: 16, owners: 1, total: 800 },
  { clients: 64, owners: 64, total: 1200 },
  { clients: 64, owners: 1, total: 1200 },
]

/** Runs that each side has executed, to divide the server's count by. */
type Executed = Record<SideName, number>

export async function postgres(setting: Setting): Promise<Findings> {
  return withCleanRedis(async () => measure(setting))
}

async function measure({ log, quick }: Setting): Promise<Findings> {
  const rounds = quick ? 2 : 5
  const names = ['hand', 'ours', 'bullmq', 'graphile'] as const
  return withDatabases(names, async (urls) => {
    const meter = await ServerMeter.open()
    const executed: Executed = { bare: 0, hand: 0, ours: 0, bullmq: 0, graphile: 0 }
    const sides = await startSides(urls)
    const blocks: Block[] = []
    try {
      const one = async (name: SideName, shape: Shape, tag: string) => {
        executed[name] += shape.total
        return load(sides[name], { ...shape, tag }, meter)
      }
      const warm = { clients: 8, owners: 8, total: quick ? 20 : 400 }
      for (const name of sideNames) await one(name, warm, 'warm')
      for (const shape of shapes) {
        const total = quick ? Math.min(40, shape.total) : shape.total
        const block: Block = { ...shape, rounds: [] }
        for (let round = 0; round < rounds; round += 1) {
          const figures = {} as Record<SideName, Figures>
          const tag = `c${shape.clients}-o${shape.owners}-${round}`
          for (const name of sideNames) figures[name] = await one(name, { ...shape, total }, tag)
          block.rounds.push(figures)
          log(`${shape.clients} clients, ${shape.owners} owners, round ${round + 1} of ${rounds}`)
        }
        blocks.push(block)
      }
    } finally {
      for (const side of Object.values(sides)) await side.stop()
      meter.close()
    }
    const perRun: Record<string, number> = {}
    for (const name of names) perRun[name] = (await committed(name)) / executed[name]
    const { body, verdicts } = comparison(blocks)
    return { body: `${intro(rounds)}\n\n${body}\n\n${queueTable(blocks, perRun)}`, verdicts }
  })
}

async function startSides(urls: Record<Exclude<SideName, 'bare'>, string>): Promise<Sides> {
  const redis = redisUrl()
  const specs: Record<SideName, SideSpec> = {
    bare: { kind: 'bare' },
    hand: { kind: 'hand-rolled', database: urls.hand, redis },
    ours: { kind: 'ours', database: urls.ours },
    bullmq: { kind: 'ours', database: urls.bullmq, queue: 'bullmq', redis },
    graphile: { kind: 'ours', database: urls.graphile, queue: 'graphile-worker' },
  }
  const sides = {} as Sides
  for (const name of sideNames) sides[name] = await Side.start(specs[name])
  return sides
}

const intro = (rounds: number) =>
  `${rounds} rounds, five sides in turn: bare \`run()\`; hand-rolled (\`bench/hand-rolled\`: BullMQ, a runs table, an items table, no crash safety); ours
with the in-process queue, and for information with BullMQ and graphile-worker. Web and worker share a process, 32 runs at once. CPU is that of
the side's process, of all Postgres processes and of Redis (\`/proc\` and \`INFO cpu\`, before and after each load) together. \`begin\` and \`commit\` are not counted as statements.`
