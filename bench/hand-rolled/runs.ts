import type { AgentInputItem } from '@openai/agents'
import type { Pool, QueryConfig, QueryResultRow } from 'pg'

export interface NewRun {
  id: string
  user: string
  session: string
  input: string
}

/** Every statement by name, so that Postgres parses and plans it once per connection. */
export class Runs {
  readonly #pool: Pool
  readonly counts = { statements: 0, transactions: 0 }

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async insert({ id, user, session, input }: NewRun): Promise<void> {
    await this.#query({
      name: 'insert-run',
      text: `insert into runs (id, user_id, session_key, status, input)
        values ($1, $2, $3, 'pending', $4)`,
      values: [id, user, session, input],
    })
  }

  async find(id: string, user: string): Promise<{ status: string; output: string | null } | null> {
    const rows = await this.#query<{ status: string; output: string | null }>({
      name: 'find-run',
      text: 'select status, output from runs where id = $1 and user_id = $2',
      values: [id, user],
    })
    return rows[0] ?? null
  }

  async start(id: string): Promise<void> {
    await this.#query({
      name: 'start-run',
      text: `update runs set status = 'running', started_at = now() where id = $1`,
      values: [id],
    })
  }

  async items(user: string, session: string): Promise<AgentInputItem[]> {
    const rows = await this.#query<{ payload: AgentInputItem }>({
      name: 'session-items',
      text: 'select payload from items where user_id = $1 and session_key = $2 order by id',
      values: [user, session],
    })
    return rows.map((row) => row.payload)
  }

  /** Items and end belong together: one transaction. */
  async complete(run: NewRun, items: AgentInputItem[], output: string): Promise<void> {
    const client = await this.#pool.connect()
    this.counts.statements += 2
    this.counts.transactions += 1
    try {
      await client.query('begin')
      await client.query({
        name: 'add-items',
        text: `insert into items (user_id, session_key, run_id, payload)
          select $2, $3, $1, payload from unnest($4::jsonb[]) with ordinality as i(payload, n)
          order by n`,
        values: [run.id, run.user, run.session, items.map((item) => JSON.stringify(item))],
      })
      await client.query({
        name: 'complete-run',
        text: `update runs set status = 'completed', output = $2, finished_at = now() where id = $1`,
        values: [run.id, output],
      })
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }

  async fail(id: string, error: string): Promise<void> {
    await this.#query({
      name: 'fail-run',
      text: `update runs set status = 'failed', error = $2, finished_at = now() where id = $1`,
      values: [id, error],
    })
  }

  async #query<Row extends QueryResultRow>(query: QueryConfig): Promise<Row[]> {
    this.counts.statements += 1
    this.counts.transactions += 1
    return (await this.#pool.query<Row>(query)).rows
  }
}
