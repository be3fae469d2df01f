import { createAgentic } from '../src/index.ts'
import { flat } from './claim-times.ts'
import { withDatabases } from './databases.ts'
import { createSchema, fillFinished } from './fill.ts'
import type { Findings, Setting } from './report.ts'
import { compareSizes } from './two-sizes.ts'

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
    const count = sizes.lists_many.toLocaleString('en')
    const { body, verdicts } = await compareSizes({
      cases: cases.map(({ name, ask }) => ({
        name,
        ask: async ({ agentic, cursors }: Filled) => ask(agentic, cursors),
      })),
      ...{ few, many, aim: flat, calls: 20, log },
      heads: { what: 'page of fifty', few: 'ms, 1,000 runs', many: `ms, ${count} runs` },
    })
    await Promise.all([few.agentic.close(), many.agentic.close()])
    const intro = `One owner has all runs, ${perSession} in each session. 5 rounds of 20 calls of each in turn.`
    return { body: `${intro}\n\n${body}`, verdicts }
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
