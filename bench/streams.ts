import { now } from './clock.ts'
import { withDatabase } from './databases.ts'
import { ReaderGroup } from './reader-group.ts'
import type { Heard } from './reader-process.ts'
import { aimCells, atMost, judge, median, spread, table } from './report.ts'
import type { Aim, Findings, Setting, Verdict } from './report.ts'
import { ServerMeter } from './server-cpu.ts'
import { Side } from './side.ts'
import type { Speech } from './speaker-model.ts'

interface Size {
  streams: number
  readers: number
  deltas: number
  pauseMs: number
  rounds: number
}

interface Figures {
  cpuMsPerStream: number
  heard: Heard
}

/** Who is asked, and whose CPU counts. */
interface Sides {
  web: Side
  processes: Side[]
  meter?: ServerMeter
  readers: ReaderGroup
}

/** Before the first delta all readers are there. */
const settleMs = 2000

export async function streams({ log, quick }: Setting): Promise<Findings> {
  const full = { streams: 4, readers: 50, deltas: 500, pauseMs: 10, rounds: 4 }
  const size: Size = quick ? { ...full, readers: 5, deltas: 100, rounds: 1 } : full
  return withDatabase('streams', async (database) => {
    const readers = new ReaderGroup()
    const meter = await ServerMeter.open()
    const bare = await Side.start({ kind: 'bare-stream' })
    const ours = { kind: 'ours' as const, database, agents: ['speaker'] }
    const web = await Side.start({ ...ours, concurrency: 0 })
    const worker = await Side.start(ours)
    const durable = { web, processes: [web, worker], meter, readers }
    const plain = { web: bare, processes: [bare], readers }
    const rounds: { ours: Figures; bare: Figures; alone: Figures }[] = []
    try {
      for (const [n, sides] of [durable, plain].entries())
        await speak(sides, { ...size, deltas: 20 }, `warm-${n}`)
      for (let round = 0; round < size.rounds; round += 1) {
        rounds.push({
          ours: await speak(durable, size, `r${round}`),
          bare: await speak(plain, size, `r${round}`),
          alone: await speak(plain, { ...size, readers: 1 }, `a${round}`),
        })
        log(`streams, round ${round + 1} of ${size.rounds}`)
      }
    } finally {
      for (const side of [web, worker, bare]) await side.stop()
      await readers.stop()
      meter.close()
    }
    return report(size, rounds)
  })
}

/** So many speeches at once, each to so many readers. */
async function speak(sides: Sides, size: Size, tag: string): Promise<Figures> {
  const { web, readers } = sides
  const before = await cpuMs(sides)
  const speech: Speech = { ...size, startsAt: now() + settleMs }
  const input = JSON.stringify(speech)
  const listening: { path: string; user: string }[] = []
  for (let n = 0; n < size.streams; n += 1) {
    const user = `u${n}`
    const id = await web.client.submit({ session: `${tag}-${n}`, user, input, agent: 'speaker' })
    const path = `/agents/runs/${id}/events/`
    for (let reader = 0; reader < size.readers; reader += 1) listening.push({ path, user })
  }
  await readers.open(web.client.port, listening)
  const late = now() - speech.startsAt
  if (late > 0) throw new Error(`the readers came ${Math.round(late)} ms after the first delta`)
  const heard = await readers.ended()
  const expected = listening.length * size.deltas
  if (heard.deltas !== expected || heard.completed !== listening.length) {
    throw new Error(
      `of ${expected} deltas ${heard.deltas} were heard, and ${heard.completed} of ${listening.length} streams ended`,
    )
  }
  return { cpuMsPerStream: ((await cpuMs(sides)) - before) / size.streams, heard }
}

async function cpuMs({ processes, meter }: Sides): Promise<number> {
  const used = await Promise.all(processes.map(async (side) => (await side.usage()).cpuMs))
  const servers = await meter?.read()
  return used.reduce((sum, ms) => sum + ms, servers?.postgresMs ?? 0)
}

function report(size: Size, rounds: { ours: Figures; bare: Figures; alone: Figures }[]): Findings {
  const verdicts: Verdict[] = []
  const row = (
    name: string,
    pick: (figures: Figures) => number,
    aims: { own?: Aim; ratio?: Aim } = {},
  ): string[] => {
    const of = (side: 'ours' | 'bare' | 'alone') => rounds.map((round) => pick(round[side]))
    const ratios = rounds.map((round) => pick(round.ours) / pick(round.bare))
    const verdict =
      (aims.own && judge(name, median(of('ours')), aims.own)) ??
      (aims.ratio && judge(`${name}, ratio`, median(ratios), aims.ratio))
    if (verdict !== undefined) verdicts.push(verdict)
    const plain = [
      spread(of('ours'), 0),
      median(of('bare')).toFixed(0),
      median(of('alone')).toFixed(0),
    ]
    return [name, ...plain, spread(ratios), ...aimCells(verdict)]
  }
  const rows = [
    row('p99 ms from a delta to each reader', (f) => f.heard.fromEmit.p99, { own: atMost(250) }),
    row('p50 ms of it', (f) => f.heard.fromEmit.p50),
    row('CPU ms/stream', (f) => f.cpuMsPerStream, { ratio: atMost(2) }),
  ]
  const commit = rounds.map((round) => round.ours.heard.fromCommit.p99)
  const head = ['figure', 'ours', 'bare', 'bare, one reader', 'ours / bare', 'aim', 'met']
  const { streams, readers, deltas, pauseMs } = size
  const intro = `${streams} streams at once of ${deltas} deltas, one each ${pauseMs} ms, with ${readers} readers each, ${rounds.length} rounds. Ours executes in a worker process
and is read on a web process; its CPU is both and Postgres. Bare is the streamed \`run()\` in one process that hands each delta to each
reader. From the row of a delta (its \`created_at\`) to its readers, p99: ${spread(commit, 0)} ms; the rest is waiting for more text to share a row.`
  return { body: `${intro}\n\n${table(head, rows)}`, verdicts }
}
