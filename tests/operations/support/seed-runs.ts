import { databases, kindOf } from '../../support/databases.ts'

export interface SeededRun {
  id: string
  owner: string
  session: string
  agent: string
  status: string
  createdAt: number
  error: string | null
}

/** Writes runs behind the library's back, as submits and attempts would have left them. */
export async function seedRuns(database: string, runs: SeededRun[]): Promise<void> {
  const connection = await databases[kindOf(database)].connect(database)
  try {
    const sessions = new Map<string, string>()
    await connection.query('begin')
    for (const run of runs) {
      const name = `${run.owner} ${run.session}`
      const sessionId = sessions.get(name) ?? crypto.randomUUID()
      if (!sessions.has(name)) {
        await connection.query(
          `insert into agentic_session (id, owner, session_key, metadata, created_at, updated_at)
            values (?, ?, ?, '{}', ?, ?)`,
          ...[sessionId, run.owner, run.session, run.createdAt, run.createdAt],
        )
        sessions.set(name, sessionId)
      }
      const isUnfinished = ['pending', 'running', 'awaiting_approval'].includes(run.status)
      await connection.query(
        `insert into agentic_run (id, owner, session_id, session_key, agent_key, status, front,
          max_turns, lease_expires_at, created_at, started_at, finished_at, error, error_code)
          values (?, ?, ?, ?, ?, ?, 1, 10, ?, ?, ?, ?, ?, ?)`,
        ...[run.id, run.owner, sessionId, run.session, run.agent, run.status],
        run.status === 'running' ? run.createdAt + 1e9 : null,
        ...[run.createdAt, run.createdAt + 5, isUnfinished ? null : run.createdAt + 9],
        ...[run.error, run.error === null ? null : 'agent_error'],
      )
      await connection.query(
        `insert into agentic_run_input (run_id, input, context) values (?, '"hi"', 'null')`,
        run.id,
      )
    }
    await connection.query('commit')
  } finally {
    await connection.close()
  }
}
