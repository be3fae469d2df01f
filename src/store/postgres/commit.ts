import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { AgenticError } from '../../core/errors.ts'
import type { Query } from '../database.ts'
import { PostgresFailure } from './failure.ts'
import type { Readers } from './readers.ts'

/** How long the fate of a commit whose answer was lost is asked for. */
const outcomeDeadlineMs = 15_000

/**
 * Commits. When the answer is lost it asks what became of it, and throws only when nothing was written, or when nobody
 * can tell (`commit_unknown`).
 */
export async function commit(
  client: PoolClient,
  readers: Readers,
  xid: string,
  onBroken: (error: Error) => void,
): Promise<void> {
  try {
    const { command } = await client.query('commit')
    if (command === 'COMMIT') return
  } catch (cause) {
    const failure = new PostgresFailure(cause)
    if (failure.kind !== 'away') throw failure
    onBroken(failure)
    if (await wasCommitted(readers, xid, failure)) return
    throw failure
  }
  throw new Error(
    'a unit went on after one of its statements had failed: nothing of it was written',
  )
}

/** The answer to a commit was lost: asks what became of it, on another connection. */
async function wasCommitted(readers: Readers, xid: string, failure: PostgresFailure) {
  const deadline = performance.now() + outcomeDeadlineMs
  for (;;) {
    const status = await statusOf(readers, xid)
    if (status === 'committed') return true
    if (status === 'aborted') return false
    if (performance.now() > deadline) {
      throw new AgenticError(
        'commit_unknown',
        'The line to Postgres was lost during a commit, and the server could not be asked what became of it. It may or may not have been written: look before you repeat.',
        { cause: failure, retryAfterSeconds: 5 },
      )
    }
    await delay(100)
  }
}

/** `committed`, `aborted`, or null for "not known yet": in progress, or nobody answers. */
async function statusOf(readers: Readers, xid: string): Promise<string | null> {
  const question: Query = {
    sql: 'select pg_xact_status($1::xid8) as status',
    parameters: [xid],
    name: null,
  }
  try {
    const [row] = (await readers.run(question, false)) as { status: string | null }[]
    return row?.status ?? null
  } catch {
    // Still away: asked again until the deadline.
    return null
  }
}
