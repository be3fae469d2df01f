import { sql } from '../support/sql.ts'

/** Moves every lease into the past, as if the processes that were killed had been silent for that long. */
export async function expireLeases(database: string): Promise<void> {
  await sql(database, "update agentic_run set lease_expires_at = 1 where status = 'running'")
}
