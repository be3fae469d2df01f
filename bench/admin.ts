import { createAgentic } from '../src/index.ts'
import { withDatabases } from './databases.ts'
import {
  fillOperated,
  idOf,
  kinds,
  momentOfRun,
  perDay,
  perSession,
  type Operated,
} from './fill-operated.ts'
import { atMost, withScratchFile, type Findings, type Setting } from './report.ts'
import { compareSizes, type Case } from './two-sizes.ts'

type Admin = ReturnType<typeof createAgentic>['admin']

/** An instance with what its database was filled with. */
interface Side {
  of: Operated
  close: () => Promise<void>
  admin: Admin
}

const dayMs = 86_400_000
/** Of a day's runs. */
const yesterday = ({ now }: Operated) => ({ since: now - dayMs, until: now })
const middle = ({ runs }: Operated) => runs / 2
/** Of the owner who has one run in ten: the failed one that is nearest to the end. */
const failedOfBig = ({ runs }: Operated) => runs - 50 - 49

const cases: Case<Side>[] = [
  { name: '`runs.list`', ask: async ({ admin }) => admin.runs.list() },
  {
    name: '· cursor in the middle',
    ask: async ({ admin, of }) => admin.runs.list({ cursor: idOf(of, kinds.run, middle(of)) }),
  },
  ...(['completed', 'failed', 'cancelled', 'pending', 'running', 'awaiting_approval'] as const).map(
    (status) => ({
      name: `· ${status}`,
      ask: async ({ admin }: Side) => admin.runs.list({ status, limit: 10 }),
    }),
  ),
  {
    name: '· failed, cursor in the middle',
    ask: async ({ admin, of }) =>
      admin.runs.list({ status: 'failed', limit: 10, cursor: idOf(of, kinds.run, middle(of)) }),
  },
  { name: '· one agent of five', ask: async ({ admin }) => admin.runs.list({ agent: 'a1' }) },
  { name: '· an agent without runs', ask: async ({ admin }) => admin.runs.list({ agent: 'none' }) },
  {
    name: '· failed, one agent of five',
    ask: async ({ admin }) => admin.runs.list({ status: 'failed', agent: 'a1', limit: 10 }),
  },
  {
    name: '· failed, an agent without runs',
    ask: async ({ admin }) => admin.runs.list({ status: 'failed', agent: 'none' }),
  },
  { name: '· one owner', ask: async ({ admin }) => admin.runs.list({ owner: 'o7' }) },
  {
    name: '· the last day’s failed runs of one owner, who has one run in ten',
    ask: async ({ admin, of }) =>
      admin.runs.list({ owner: 'big', status: 'failed', ...yesterday(of) }),
  },
  {
    name: '· one session, no owner named',
    ask: async ({ admin, of }) => admin.runs.list({ session: `c${middle(of) / perSession}` }),
  },
  {
    name: '· the last day',
    ask: async ({ admin, of }) => admin.runs.list(yesterday(of)),
  },
  {
    name: '· failed, a day in the middle',
    ask: async ({ admin, of }) => {
      const until = momentOfRun(of, middle(of))
      return admin.runs.list({ status: 'failed', since: until - dayMs, until, limit: 10 })
    },
  },
  {
    name: '· text: the beginning of an id',
    ask: async ({ admin, of }) =>
      admin.runs.list({ text: idOf(of, kinds.run, middle(of)).slice(0, 13) }),
  },
  {
    name: '· text: a session',
    ask: async ({ admin, of }) => admin.runs.list({ text: `c${middle(of) / perSession}` }),
  },
  { name: '· text: an owner', ask: async ({ admin }) => admin.runs.list({ text: 'big' }) },
  {
    name: '· text: a frequent error',
    ask: async ({ admin }) => admin.runs.list({ text: 'Error: the model was busy' }),
  },
  {
    name: '· text: an error there is once',
    ask: async ({ admin, of }) => admin.runs.list({ text: `TypeError: field ${middle(of) + 8} ` }),
  },
  {
    name: '· text: nothing is found',
    ask: async ({ admin }) => admin.runs.list({ text: 'nothing' }),
  },
  {
    name: '`runs.get`',
    ask: async ({ admin, of }) => admin.runs.get({ id: idOf(of, kinds.run, middle(of) + 7) }),
  },
  {
    name: '`runs.step`',
    ask: async ({ admin, of }) =>
      admin.runs.step({ id: idOf(of, kinds.run, middle(of) + 7), path: 'r/m0/t0' }),
  },
  { name: '`sessions.list`', ask: async ({ admin }) => admin.sessions.list() },
  { name: '· one owner', ask: async ({ admin }) => admin.sessions.list({ owner: 'big' }) },
  { name: '· text: an owner', ask: async ({ admin }) => admin.sessions.list({ text: 'big' }) },
  {
    name: '· text: a key',
    ask: async ({ admin, of }) => admin.sessions.list({ text: `c${middle(of) / perSession}` }),
  },
  {
    name: '· text: the beginning of many keys',
    ask: async ({ admin }) => admin.sessions.list({ text: 'c1' }),
  },
  {
    name: '`sessions.get`',
    ask: async ({ admin, of }) => admin.sessions.get({ id: idOf(of, kinds.session, middle(of)) }),
  },
  { name: '`approvals.list`', ask: async ({ admin }) => admin.approvals.list() },
  { name: '· pending', ask: async ({ admin }) => admin.approvals.list({ status: 'pending' }) },
  {
    name: '· approved',
    ask: async ({ admin }) => admin.approvals.list({ status: 'approved', limit: 10 }),
  },
  {
    name: '· rejected (none)',
    ask: async ({ admin }) => admin.approvals.list({ status: 'rejected' }),
  },
  { name: '`overview`, the last day', ask: async ({ admin, of }) => admin.overview(yesterday(of)) },
  { name: '`audit`', ask: async ({ admin }) => admin.audit({ limit: 10 }) },
  {
    name: '· of one run',
    ask: async ({ admin, of }) => admin.audit({ targetId: idOf(of, kinds.run, failedOfBig(of)) }),
  },
]

const few = 1_000

/** Each question of people in charge on both sizes of Postgres. */
export async function postgresAdmin(setting: Setting): Promise<Findings> {
  return withDatabases(['admin_few', 'admin_many'], async (urls) =>
    compare(setting, urls.admin_few, urls.admin_many),
  )
}

/** And of the embedded database. */
export async function sqliteAdmin(setting: Setting): Promise<Findings> {
  return withScratchFile(async (small) =>
    withScratchFile(async (large) => compare(setting, small, large)),
  )
}

async function compare({ log, quick }: Setting, small: string, large: string): Promise<Findings> {
  const now = Date.now()
  const runs = quick ? 20_000 : 1_000_000
  const sides = [
    await filled(small, { runs: few, now }, log),
    await filled(large, { runs, now }, log),
  ] as const
  const count = (rows: number) => rows.toLocaleString('en')
  const { body, verdicts } = await compareSizes({
    ...{ cases, few: sides[0], many: sides[1], aim: atMost(3), calls: 10, log },
    heads: {
      what: 'page of fifty',
      few: `ms, ${count(few)} runs`,
      many: `ms, ${count(runs)} runs`,
    },
  })
  await Promise.all(sides.map(async (side) => side.close()))
  const intro = `${count(perDay)} runs a day, of which 50 have not ended, at either size: the overview's day holds the same
number of runs. ${count(runs)} runs have ${count(runs * 10)} events, ${count(runs * 3)} steps and ${count(runs * 2)} items. 90 of 100 runs
completed, six failed; one owner in ten sessions is the same one, the others have 50 runs each. 5 rounds of 10 calls of each in turn.`
  return { body: `${intro}\n\n${body}`, verdicts }
}

async function filled(url: string, of: Operated, log: Setting['log']): Promise<Side> {
  await fillOperated(url, of, log)
  const agentic = createAgentic({
    agents: { a: () => Promise.reject(new Error('nothing is executed here')) },
    owner: () => null,
    database: url,
    concurrency: 0,
  })
  return { of, admin: agentic.admin, close: async () => agentic.close() }
}
