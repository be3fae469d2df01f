import type { ServerMeter } from './server-cpu.ts'
import type { Side } from './side.ts'

export interface Load {
  clients: number
  total: number
  /** Begins the session keys, so that each load has sessions of its own. */
  tag: string
  /** Over how many owners the runs are spread. */
  owners: number
}

export interface Figures {
  runsPerSecond: number
  /** Node, Postgres and Redis together. */
  cpuMsPerRun: number
  nodeMsPerRun: number
  postgresMsPerRun: number
  redisMsPerRun: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  statementsPerRun: number
  transactionsPerRun: number
}

/** `total` runs from `clients` clients, each submitting and following one to its end before the next. */
export async function load(side: Side, asked: Load, meter?: ServerMeter): Promise<Figures> {
  const { clients, total, tag, owners } = asked
  const [before, serversBefore] = [await side.usage(), await meter?.read()]
  const started = performance.now()
  const latencies: number[] = []
  let next = 0
  const client = async () => {
    for (let n = next++; n < total; n = next++)
      latencies.push(await side.client.run(`${tag}-${n}`, `u${n % owners}`))
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - started) / 1000
  const [after, serversAfter] = [await side.usage(), await meter?.read()]

  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.floor(total * part)] ?? 0
  const perRun = (end = 0, begin = 0) => (end - begin) / total
  const nodeMsPerRun = perRun(after.cpuMs, before.cpuMs)
  const postgresMsPerRun = perRun(serversAfter?.postgresMs, serversBefore?.postgresMs)
  const redisMsPerRun = perRun(serversAfter?.redisMs, serversBefore?.redisMs)
  return {
    runsPerSecond: total / seconds,
    cpuMsPerRun: nodeMsPerRun + postgresMsPerRun + redisMsPerRun,
    nodeMsPerRun,
    postgresMsPerRun,
    redisMsPerRun,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    statementsPerRun: perRun(after.statements, before.statements),
    transactionsPerRun: perRun(after.transactions, before.transactions),
  }
}
