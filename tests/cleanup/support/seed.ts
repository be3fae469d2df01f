import { uuidv7 } from 'uuidv7'
import { databases, kindOf, type Connection } from '../../support/databases.ts'

export const dayMs = 86_400_000

export interface SeededRun {
  id: string
  sessionId: string
  status: 'pending' | 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled'
  /** Days since its end. */
  age: number | null
  events: number
  steps: number
  approvals: number
}

export interface SeededSession {
  id: string
  owner: string
  key: string
  /** Days since its last use. */
  age: number
  items: number
}

export interface Seed {
  sessions: SeededSession[]
  runs: SeededRun[]
}

/** Writes sessions and runs of any age behind the library's back. Its schema must be there. */
export async function plant(database: string, { sessions, runs }: Seed): Promise<void> {
  const connection = await databases[kindOf(database)].connect(database)
  const now = Date.now()
  try {
    await connection.query('begin')
    for (const session of sessions) await plantSession(connection, session, now)
    const byId = new Map(sessions.map((session) => [session.id, session]))
    for (const run of runs) await plantRun(connection, run, byId.get(run.sessionId), now)
    await connection.query('commit')
  } finally {
    await connection.close()
  }
}

async function plantSession(
  connection: Connection,
  { id, owner, key, age, items }: SeededSession,
  now: number,
): Promise<void> {
  const usedAt = Math.floor(now - age * dayMs)
  const columns = 'id, owner, session_key, metadata, last_position, created_at, updated_at'
  await connection.query(
    `insert into agentic_session (${columns}) values (?, ?, ?, '{}', ?, ?, ?)`,
    ...[id, owner, key, items, usedAt, usedAt],
  )
  const rows = Array.from({ length: items }, (_, n) => [id, n + 1, '{}', usedAt])
  await insertAll(connection, 'item (session_id, position, payload, created_at)', rows)
}

async function plantRun(
  connection: Connection,
  run: SeededRun,
  session: SeededSession | undefined,
  now: number,
): Promise<void> {
  if (session === undefined) throw new Error('a run needs its session')
  const { id, status, events, steps, approvals } = run
  const endedAt = run.age === null ? null : Math.floor(now - run.age * dayMs)
  const madeAt = endedAt ?? now
  await connection.query(
    `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front, max_turns,
      last_sequence, created_at, finished_at) values (?, ?, ?, ?, 'assistant', ?, 0, 10, ?, ?, ?)`,
    ...[id, session.owner, session.id, session.key, status, events, madeAt, endedAt],
  )
  await insertAll(connection, 'run_input (run_id, input, context)', [[id, '"Hi"', 'null']])
  const log = Array.from({ length: events }, (_, n) => {
    const type = n + 1 === events && endedAt !== null ? `run.${status}` : 'tool_called'
    return [id, n + 1, type, '{}', madeAt]
  })
  await insertAll(connection, 'event (run_id, sequence, type, payload, created_at)', log)
  const journal = Array.from({ length: steps }, (_, n) => [
    id,
    `r/m${n}`,
    'model',
    'done',
    1,
    'A',
    'm',
    madeAt,
  ])
  const stepColumns = 'run_id, path, kind, state, attempt, agent_name, name, started_at'
  await insertAll(connection, `step (${stepColumns})`, journal)
  const asked = Array.from({ length: approvals }, (_, n) => [
    ...[uuidv7(), id, session.owner, `r/m0/t${n}`, 'tool', 'A', '{}', 'approved', madeAt],
  ])
  const asking = 'id, run_id, owner, path, tool_name, agent_name, arguments, status, created_at'
  await insertAll(connection, `approval (${asking})`, asked)
}

async function insertAll(
  connection: Connection,
  table: string,
  rows: (string | number)[][],
): Promise<void> {
  for (let start = 0; start < rows.length; start += 100) {
    const some = rows.slice(start, start + 100)
    const marks = some.map((row) => `(${row.map(() => '?').join()})`).join()
    await connection.query(`insert into agentic_${table} values ${marks}`, ...some.flat())
  }
}

/** Ids of what is there, with the number of rows that belong to each. */
export interface Stock {
  sessions: Record<string, { items: number }>
  runs: Record<string, { events: number; steps: number; approvals: number; inputs: number }>
  /** Rows of runs and sessions that are not there. */
  orphans: number
}

export async function stockOf(database: string): Promise<Stock> {
  const connection = await databases[kindOf(database)].connect(database)
  const tally = async (table: string, column: string) => {
    const text = `select ${column} as id, count(*) as many from agentic_${table} group by ${column}`
    const rows = await connection.query(text)
    return new Map(rows.map((row) => [String(row['id']), Number(row['many'])]))
  }
  try {
    const [sessions, runs] = [await tally('session', 'id'), await tally('run', 'id')]
    const items = await tally('item', 'session_id')
    const parts = {
      events: await tally('event', 'run_id'),
      steps: await tally('step', 'run_id'),
      approvals: await tally('approval', 'run_id'),
      inputs: await tally('run_input', 'run_id'),
    }
    const ofRun = (id: string) => ({
      events: parts.events.get(id) ?? 0,
      steps: parts.steps.get(id) ?? 0,
      approvals: parts.approvals.get(id) ?? 0,
      inputs: parts.inputs.get(id) ?? 0,
    })
    const strays = [...Object.values(parts)].flatMap((part) =>
      [...part.keys()].filter((id) => !runs.has(id)),
    )
    const itemsLeft = [...items.keys()].filter((id) => !sessions.has(id))
    return {
      sessions: Object.fromEntries(
        [...sessions.keys()].toSorted().map((id) => [id, { items: items.get(id) ?? 0 }]),
      ),
      runs: Object.fromEntries([...runs.keys()].toSorted().map((id) => [id, ofRun(id)])),
      orphans: strays.length + itemsLeft.length,
    }
  } finally {
    await connection.close()
  }
}
