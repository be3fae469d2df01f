import { openDatabase } from '../src/store/open.ts'
import { onServer } from './databases.ts'

export interface Finished {
  runs: number
  /** Runs of each session. */
  perSession: number
  /** Over how many owners they are spread, a session at a time. */
  owners: number
}

const idOf = (n: string, first: string) =>
  `'${first}000000-0000-7000-8000-' || lpad((${n})::text, 12, '0')`

/** Our schema in an empty database. */
export async function createSchema(url: string): Promise<void> {
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  await database.migrate()
  await database.close()
}

/**
 * Runs that have ended: of a hundred 97 completed, two failed and one was cancelled. Made by SQL, as a million submits
 * would take an hour; ids and times rise as those of submitted ones do.
 */
export async function fillFinished(url: string, { runs, perSession, owners }: Finished) {
  const session = `(n - 1) / ${perSession}`
  const owner = `'o' || ((${session}) % ${owners})`
  await execute(url, [
    `insert into agentic_session (id, owner, session_key, metadata, created_at, updated_at)
      select ${idOf('n', '02')}, 'o' || (n % ${owners}), 's' || n, '{}', n, n
      from generate_series(0, ${Math.ceil(runs / perSession) - 1}) n`,
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, attempt,
        front, base_position, max_turns, requests, last_sequence, created_at, started_at, finished_at, output)
      select ${idOf('n', '01')}, ${owner}, ${idOf(session, '02')}, 's' || (${session}), 'a',
        case n % 100 when 0 then 'cancelled' when 1 then 'failed' when 2 then 'failed' else 'completed' end,
        1, 0, 0, 10, 2, 8, n, n, n, '"done"'
      from generate_series(1, ${runs}) n`,
    `insert into agentic_run_input (run_id, input, context)
      select ${idOf('n', '01')}, '"hi"', 'null' from generate_series(1, ${runs}) n`,
  ])
}

export type PendingShape = 'one owner' | '10,000 owners' | 'one blocked session'

/**
 * Pending runs as submits leave them: one of each owner has a turn; behind a blocked session none has but 250 free
 * ones of the same owner.
 */
export async function fillPending(url: string, shape: PendingShape, runs: number): Promise<void> {
  const isBlocked = shape === 'one blocked session' ? 'n >= 250' : 'false'
  const owners = shape === '10,000 owners' ? 10_000 : 1
  const sessionId = `case when ${isBlocked} then ${idOf('250', '03')} else ${idOf('n', '03')} end`
  await execute(url, [
    `insert into agentic_session (id, owner, session_key, metadata, created_at, updated_at)
      select ${idOf('n', '03')}, 'p' || (n % ${owners}), 'p' || n, '{}', n, n
      from generate_series(0, ${shape === 'one blocked session' ? 250 : runs - 1}) n`,
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front, turn,
        max_turns, created_at)
      select ${idOf('n', '04')}, 'p' || (n % ${owners}), ${sessionId}, 'p' || n, 'a', 'pending',
        case when ${isBlocked} then 0 else 1 end,
        case when n < ${owners} then n + 1 end, 10, n
      from generate_series(0, ${runs - 1}) n`,
    `insert into agentic_run_input (run_id, input, context)
      select ${idOf('n', '04')}, '"hi"', 'null' from generate_series(0, ${runs - 1}) n`,
  ])
}

/** As autovacuum would have done by the time there are so many rows. */
async function execute(url: string, statements: string[]): Promise<void> {
  await onServer(async (client) => {
    for (const statement of statements) await client.query(statement)
    await client.query('vacuum analyze')
  }, url)
}
