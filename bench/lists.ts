import { createAgentic } from '../src/index.ts'
import { flat } from './claim-times.ts'
import { withDatabases } from './databases.ts'
import { createSchema, fillFinished } from './fill.ts'
import {
  aimCells,
  judge,
  median,
  quantile,
  spread,
  table,
  type Findings,
  type Setting,
  type Verdict,
} from './report.ts'

type Instance = ReturnType<typeof createAgentic>
interface Cursors {
  run: string
  session: string
}
interface Case {
  name: string
  ask: (agentic: Instance, cursors: Cursors) => Promise<unknown>
}

const owner = 'o0'
const perSession = 5

const cases: Case[] = [
  { name: '`runs.list`', ask: async (a) => a.runs.list({ owner }) },
  {
    name: '`runs.list`, cursor in the middle',
    ask: async (a, { run }) => a.runs.list({ owner, cursor: run }),
  },
  {
    name: '`runs.list`, completed (97 of 100)',
    ask: async (a) => a.runs.list({ owner, status: 'completed' }),
  },
  {
    name: '`runs.list`, cancelled (1 of 100), page of five',
    ask: async (a) => a.runs.list({ owner, status: 'cancelled', limit: 5 }),
  },
  {
    name: '`runs.list`, cancelled, cursor in the middle, page of five',
    ask: async (a, { run }) => a.runs.list({ owner, status: 'cancelled', cursor: run, limit: 5 }),
  },
  {
    name: '`runs.list`, waiting for approval (none)',
    ask: async (a) => a.runs.list({ owner, status: 'awaiting_approval' }),
  },
  {
    name: '`runs.list`, one session',
    ask: async (a) => a.runs.list({ owner, session: 's0' }),
  },
  {
    name: '`runs.list`, one session, failed',
    ask: async (a) => a.runs.list({ owner, session: 's0', status: 'failed' }),
  },
  { name: '`sessions.list`', ask: async (a) => a.sessions.list({ owner }) },
  {
    name: '`sessions.list`, cursor in the middle',
    ask: async (a, { session }) => a.sessions.list({ owner, cursor: session }),
  },
]

/** Pages of fifty for an owner with a thousand runs, and for one with a million. */
export async function lists({ log, quick }: Setting): Promise<Findings> {
  const sizes = { lists_few: 1000, lists_many: quick ? 20_000 : 1_000_000 }
  return withDatabases(['lists_few', 'lists_many'], async (urls) => {
    const few = await filled(urls.lists_few, sizes.lists_few)
    const many = await filled(urls.lists_many, sizes.lists_many)
    log(`${sizes.lists_many} runs are there`)
    const rows: string[][] = []
    const verdicts: Verdict[] = []
    for (const one of cases) {
      const ratios: number[] = []
      const times = { few: [] as number[], many: [] as number[] }
      for (let round = 0; round < 6; round += 1) {
        const [small, large] = [await timed(few, one), await timed(many, one)]
        // The first round prepares the statements, and settles what Postgres plans for them.
        if (round === 0) continue
        times.few.push(...small)
        times.many.push(...large)
        ratios.push(median(large) / median(small))
      }
      const verdict = judge(`${one.name}, ratio`, median(ratios), flat)
      verdicts.push(verdict)
      const ms = [median(times.few), median(times.many), quantile(times.many, 0.95)]
      const cells = [one.name, ...ms.map((value) => value.toFixed(2)), spread(ratios)]
      rows.push([...cells, ...aimCells(verdict)])
      log(`${one.name}: ${cells.at(-1)}`)
    }
    await Promise.all([few.agentic.close(), many.agentic.close()])
    const runs = sizes.lists_many.toLocaleString('en')
    const head = [
      'page of fifty',
      'ms, 1,000 runs',
      `ms, ${runs} runs`,
      'p95 of it',
      'ratio',
      'aim',
      'met',
    ]
    const intro = `One owner has all runs, ${perSession} in each session. 5 rounds of 20 calls of each in turn.`
    return { body: `${intro}\n\n${table(head, rows)}`, verdicts }
  })
}

interface Filled {
  agentic: Instance
  cursors: Cursors
}

async function filled(url: string, runs: number): Promise<Filled> {
  await createSchema(url)
  await fillFinished(url, { runs, perSession, owners: 1 })
  const agentic = createAgentic({
    agents: { a: () => Promise.reject(new Error('nothing is executed here')) },
    owner: () => null,
    database: url,
    concurrency: 0,
  })
  const id = (first: string, n: number) =>
    `${first}000000-0000-7000-8000-${String(Math.floor(n)).padStart(12, '0')}`
  const middle = Math.floor(runs / perSession / 2)
  const cursors = { run: id('01', runs / 2), session: `${middle}:${id('02', middle)}` }
  return { agentic, cursors }
}

async function timed({ agentic, cursors }: Filled, { ask }: Case): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < 20; n += 1) {
    const started = performance.now()
    await ask(agentic, cursors)
    times.push(performance.now() - started)
  }
  return times
}
