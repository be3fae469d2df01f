import { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../src/store/open.ts'
import { claimTimes } from './claim-times.ts'
import {
  aimCells,
  judge,
  median,
  table,
  withScratchFile,
  type Findings,
  type Setting,
} from './report.ts'
import { flat } from './claim-times.ts'

type Shape = 'one owner' | '10,000 owners' | 'one blocked session'

/** What one claim costs when nothing waits but the runs claimed, and when 100,000 others do. */
export async function claims({ log, quick }: Setting): Promise<Findings> {
  const rows: string[][] = []
  const verdicts = []
  for (const shape of ['one owner', '10,000 owners', 'one blocked session'] as const) {
    const few = await claimTime(shape, 300)
    const many = await claimTime(shape, quick ? 3000 : 100_000)
    log(`claims, ${shape}`)
    const verdict = judge(`${shape}, ratio`, many / few, flat)
    verdicts.push(verdict)
    const ratio = (many / few).toFixed(2)
    rows.push([shape, few.toFixed(3), many.toFixed(3), ratio, ...aimCells(verdict)])
  }
  const head = ['pending runs', 'ms/claim, 300 pending', '100,000 pending', 'ratio', 'aim', 'met']
  return { body: table(head, rows), verdicts }
}

async function claimTime(shape: Shape, pending: number): Promise<number> {
  return withScratchFile(async (url) => {
    const database = await openDatabase({ url, prefix: 'agentic_', durability: 'normal' })
    await database.migrate()
    fill(url.slice('file:'.length), shape, pending)
    const times = await claimTimes(database, 200)
    await database.close()
    return median(times)
  })
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
