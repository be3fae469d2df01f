import type { Pool } from 'pg'
import { agentic } from './first-run.ts'

/** The order and the run that sees to it: both, or neither. */
export async function placeOrder(pool: Pool, owner: string, order: string) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into orders (id, owner) values ($1, $2)', [order, owner])
    const run = await agentic.runs.submit({
      owner,
      session: 'orders',
      input: `Confirm order ${order}`,
      within: client,
    })
    await client.query('commit')
    run.wake()
    return run.id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
