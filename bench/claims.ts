import { DatabaseSync } from 'node:sqlite'
import type { Database } from '../src/store/database.ts'
import { openDatabase } from '../src/store/open.ts'
import { claimTimesInTurn, howClaimed, rowOf, type TwoSizes } from './claim-times.ts'
import { table, withScratchFile, type Findings, type Setting, type Verdict } from './report.ts'

type Shape = 'one owner' | '10,000 owners' | 'one blocked session'

const few = 300

/** What one claim costs when nothing waits but the runs claimed, and when 100,000 others do, taken in turn from two files. */
export async function claims({ log, quick }: Setting): Promise<Findings> {
  const many = quick ? 3000 : 100_000
  const rows: string[][] = []
  const verdicts: Verdict[] = []
  for (const shape of ['one owner', '10,000 owners', 'one blocked session'] as const) {
    const times = await compare(shape, many)
    log(`claims, ${shape}`)
    const { verdict, row } = rowOf(shape, times, 3)
    verdicts.push(verdict)
    rows.push(row)
  }
  const pending = many.toLocaleString('en')
  const head = ['runs', `ms/claim, ${few} pending`, `${pending} pending`, 'ratio', 'aim', 'met']
  return { body: `${howClaimed}\n\n${table(head, rows)}`, verdicts }
}

async function compare(shape: Shape, many: number): Promise<TwoSizes> {
  return withScratchFile(async (small) =>
    withScratchFile(async (large) => {
      const databases = [await filled(small, shape, few), await filled(large, shape, many)] as const
      const times = await claimTimesInTurn(...databases)
      await Promise.all(databases.map(async (each) => each.close()))
      return times
    }),
  )
}

async function filled(url: string, shape: Shape, pending: number): Promise<Database> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
  await database.migrate()
  fill(url.slice('file:'.length), shape, pending)
  return database
}

/** Pending runs as submit leaves them: one of each owner has a turn; behind a blocked session none but 250 free ones. */
function fill(file: string, shape: Shape, pending: number): void {
  const database = new DatabaseSync(file)
  database.exec('begin')
  const run =
    database.prepare(`insert into agentic_run (id, owner, session_id, session_key, agent_key,
    status, front, turn, max_turns, created_at) values (?, ?, ?, ?, 'a', 'pending', ?, ?, 10, 0)`)
  const input = database.prepare(`insert into agentic_run_input values (?, '"hi"', 'null')`)
  const session = database.prepare(`insert into agentic_session (id, owner, session_key, metadata,
    created_at, updated_at) values (?, ?, ?, '{}', 0, 0) on conflict do nothing`)
  const turns = new Set<string>()
  for (let n = 0; n < pending; n += 1) {
    const isBlocked = shape === 'one blocked session' && n >= 250
    const owner = shape === '10,000 owners' ? `o${n % 10_000}` : 'o'
    const sessionId = isBlocked ? 'blocked' : `s${n}`
    const id = `01a00000-0000-7000-8000-${String(n).padStart(12, '0')}`
    const turn = isBlocked || turns.has(owner) ? null : n + 1
    if (!isBlocked) turns.add(owner)
    session.run(sessionId, owner, sessionId)
    run.run(id, owner, sessionId, sessionId, isBlocked ? 0 : 1, turn)
    input.run(id)
  }
  database.exec('commit')
  database.close()
}
