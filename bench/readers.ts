import { withDatabase } from './databases.ts'
import { load, type Figures } from './load.ts'
import { ReaderGroup } from './reader-group.ts'
import {
  aimCells,
  atLeast,
  atMost,
  judge,
  median,
  spread,
  table,
  type Findings,
  type Setting,
} from './report.ts'
import { Side } from './side.ts'

/** Of the web process. */
interface Memory {
  rssMb: number
  /** On its heap after a full collection. */
  liveMb: number
}

interface Round extends Memory {
  without: Figures
  /** With all readers; the memory is taken after it. */
  with: Figures
}

/** What `docs/operations.md` advises for a process that holds thousands of streams. */
const tight = '--max-semi-space-size=4 --max-old-space-size=256'

/** Runs through a web process and a worker, with nobody else there and with thousands of open streams on the web process. */
export async function readers({ log, quick }: Setting): Promise<Findings> {
  const size = quick ? { count: 50, rounds: 2, total: 40 } : { count: 2000, rounds: 5, total: 800 }
  return withDatabase('readers', async (database) => {
    const worker = await Side.start({ kind: 'ours', database, agents: ['prices'] })
    try {
      const streams = await unfinishedRuns(database, size.count)
      log(`${size.count} runs wait`)
      const measure = async (tag: string, nodeOptions: string) =>
        measured({ ...size, database, streams, tag, nodeOptions, log })
      const advised = await measure('advised', tight)
      const defaults = await measure('defaults', '')
      return report(size.count, advised, defaults)
    } finally {
      await worker.stop()
    }
  })
}

interface Measuring {
  database: string
  streams: { path: string; user: string }[]
  /** Of the web process. */
  nodeOptions: string
  tag: string
  rounds: number
  total: number
  log: Setting['log']
}

interface Measured {
  empty: Memory
  rounds: Round[]
}

async function measured(asked: Measuring): Promise<Measured> {
  const { database, streams, nodeOptions, tag, rounds, total, log } = asked
  const agents = ['prices', 'nobody']
  const web = await Side.start({ kind: 'ours', database, agents, concurrency: 0 }, nodeOptions)
  const group = new ReaderGroup()
  const memory = async (): Promise<Memory> => {
    const rssMb = megabytes((await web.usage()).rss)
    return { rssMb, liveMb: megabytes(await web.liveBytes()) }
  }
  const loaded = async (round: string) =>
    load(web, { clients: 16, owners: 16, total, tag: `${tag}-${round}` })
  try {
    const found: Measured = { empty: await memory(), rounds: [] }
    await loaded('warm')
    for (let round = 0; round < rounds; round += 1) {
      const without = await loaded(`without-${round}`)
      await group.open(web.client.port, streams)
      const withReaders = await loaded(`with-${round}`)
      found.rounds.push({ without, with: withReaders, ...(await memory()) })
      await group.close()
      log(`readers, ${tag}, round ${round + 1} of ${rounds}`)
    }
    return found
  } finally {
    await group.stop()
    await web.stop()
  }
}

/**
 * A run for each reader, so that none shares another's query: of an agent that no worker has. Submitted to a process
 * that is gone then, so that the web process has only readers to remember.
 */
async function unfinishedRuns(database: string, count: number) {
  const web = await Side.start({ kind: 'ours', database, agents: ['nobody'], concurrency: 0 })
  const streams: { path: string; user: string }[] = []
  const submitted = async (n: number) => {
    const user = `reader-${n % 200}`
    const run = { session: `watched-${n}`, user, input: 'hi', agent: 'nobody' }
    streams.push({ path: `/agents/runs/${await web.client.submit(run)}/events/`, user })
  }
  for (let n = 0; n < count; n += 20) {
    await Promise.all(Array.from({ length: 20 }, async (_, more) => submitted(n + more)))
  }
  await web.stop()
  return streams
}

const megabytes = (bytes: number) => bytes / 1e6

function report(count: number, advised: Measured, defaults: Measured): Findings {
  const { empty, rounds: measured } = advised
  const ratios = (pick: (figures: Figures) => number) =>
    measured.map((round) => pick(round.with) / pick(round.without))
  const of = (side: 'with' | 'without', pick: (figures: Figures) => number) =>
    median(measured.map((round) => pick(round[side]))).toFixed(2)

  const memory = measured.map((round) => round.rssMb)
  const largest = judge('memory of the web process, MB', Math.max(...memory), atMost(200, ' MB'))
  const live = spread(
    measured.map((round) => round.liveMb),
    0,
  )
  const speed = ratios((f) => f.runsPerSecond)
  const slowdown = judge('runs/s with readers, ratio', median(speed), atLeast(0.9))
  const latency = ratios((f) => f.p50Ms)
  const latencyVerdict = judge('p50 with readers, ratio', median(latency), atMost(1.1))
  const rows = [
    [
      'memory of the web process, MB',
      empty.rssMb.toFixed(0),
      spread(memory, 0),
      '–',
      ...aimCells(largest),
    ],
    [
      "· with Node's defaults",
      defaults.empty.rssMb.toFixed(0),
      spread(
        defaults.rounds.map((round) => round.rssMb),
        0,
      ),
      '–',
      '',
      '',
    ],
    ['· its live heap after a collection, MB', empty.liveMb.toFixed(0), live, '–', '', ''],
    [
      'runs/s',
      of('without', (f) => f.runsPerSecond),
      of('with', (f) => f.runsPerSecond),
      spread(speed),
      ...aimCells(slowdown),
    ],
    [
      'p50 submit→done ms',
      of('without', (f) => f.p50Ms),
      of('with', (f) => f.p50Ms),
      spread(latency),
      ...aimCells(latencyVerdict),
    ],
  ]
  const readers = count.toLocaleString('en')
  const head = ['figure', 'no readers', `${readers} readers`, 'ratio', 'aim', 'met']
  const intro = `Each reader follows a run of its own that has not ended; meanwhile 16 clients submit runs to the same web process and follow them, executed by
a worker process. ${measured.length} rounds, without and with readers in turn; the readers and the clients are processes of their own. The web process runs
with \`NODE_OPTIONS="${tight}"\`, as docs/operations.md advises; one line shows Node's defaults, which leave garbage lying for longer.`
  return { body: `${intro}\n\n${table(head, rows)}`, verdicts: [largest, slowdown, latencyVerdict] }
}
