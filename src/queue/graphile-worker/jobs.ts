import type { Pool } from 'pg'

/** As many as its column takes: our rows know when a run is to blame. */
const maxAttempts = 32_767

/** What is in a job: a wake-up, or the pool of workers that is lost when it is delivered (see `Alarm`). */
export interface Payload {
  runId?: string
  /** How often the wake-up was delivered before, as another job. */
  times?: number
  lost?: string
}

export interface NewJob {
  payload: Payload
  /** Of jobs with the same key only one waits. */
  key: string
  delayMs?: number
  priority?: number
}

/** Our jobs, by the functions in graphile-worker's schema that are for everybody. */
export class Jobs {
  readonly schema: string
  readonly task: string
  readonly #quoted: string

  constructor({ schema, task }: { schema: string; task: string }) {
    this.schema = schema
    this.task = task
    this.#quoted = `"${schema}"`
  }

  /** The statement that adds the job of a wake-up, for any connection. */
  wakeStatement(runId: string): { sql: string; parameters: unknown[] } {
    const sql = `select (${this.#quoted}.add_job($1::text, payload := $2::json, job_key := $3::text, max_attempts := $4::int)).id`
    const parameters = [this.task, JSON.stringify({ runId }), this.#key(runId), maxAttempts]
    return { sql, parameters }
  }

  async addWakes(pool: Pool, runIds: string[]): Promise<void> {
    await this.#add(
      pool,
      runIds.map((runId) => ({ payload: { runId }, key: runId })),
    )
  }

  /** Its id. */
  async add(pool: Pool, job: NewJob): Promise<string> {
    const [id] = await this.#add(pool, [job])
    if (id === undefined) throw new Error(`graphile-worker did not add the job ${job.key}.`)
    return id
  }

  async #add(pool: Pool, jobs: NewJob[]): Promise<string[]> {
    const specs = jobs.map(({ payload, key, delayMs = 0, priority = 0 }) => ({
      identifier: this.task,
      payload,
      delay_ms: delayMs,
      max_attempts: maxAttempts,
      job_key: this.#key(key),
      priority,
    }))
    const { rows } = await pool.query<{ id: string }>(
      `select added.id::text from ${this.#quoted}.add_jobs(array(
        select (identifier, payload, null, now() + delay_ms * interval '1 millisecond', max_attempts,
          job_key, priority, null)::${this.#quoted}.job_spec
        from json_to_recordset($1::json) as spec(identifier text, payload json, delay_ms bigint,
          max_attempts smallint, job_key text, priority smallint))) as added`,
      [JSON.stringify(specs)],
    )
    return rows.map(({ id }) => id)
  }

  /** Whether there still was such a job that waits. */
  async putOff(pool: Pool, id: string, delayMs: number): Promise<boolean> {
    const { rows } = await pool.query(
      `select id from ${this.#quoted}.reschedule_jobs(array[$1::bigint],
        run_at := now() + $2::bigint * interval '1 millisecond')`,
      [id, delayMs],
    )
    return rows.length > 0
  }

  async remove(pool: Pool, key: string): Promise<void> {
    await pool.query(`select ${this.#quoted}.remove_job($1::text)`, [this.#key(key)])
  }

  /** Lets the jobs that a lost pool of workers held be delivered again. */
  async unlock(pool: Pool, poolId: string): Promise<void> {
    await pool.query(`select ${this.#quoted}.force_unlock_workers(array[$1::text])`, [poolId])
  }

  #key(key: string): string {
    return `${this.task}:${key}`
  }
}
