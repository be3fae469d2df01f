import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { isAgenticError } from '../../core/errors.ts'
import type { Compiler, Executor } from '../database.ts'
import type { Readers } from './readers.ts'
import { runUnit } from '../run-unit.ts'
import { commit } from './commit.ts'
import type { Unit } from './commits.ts'
import { patienceMs, runOn, sendTogether } from './driver.ts'
import { PostgresFailure } from './failure.ts'

export interface Session {
  /** For transactions. */
  pool: Pool
  /** For questions. */
  readers: Readers
  compiler: Compiler
  /** Whether statements are kept prepared by name; given up behind a pooler that loses them. */
  named: { isOn: boolean }
  counts: { statements: number; transactions: number }
  /** Statements that bound a transaction, where a pooler did not pass that on when it connected. */
  limits: string
  /** The key of an owner's lock, as SQL for a bigint. */
  lockKey: (owner: string) => string
}

/** How often a unit is tried when others are quicker, and when the line fails before anything was committed. */
const triesPerConflict = 25
const triesPerOutage = 3

export interface Patience {
  /** For an answer to a statement. */
  answerMs?: number
  /** For the owner's lock; default is the connection's. */
  lockMs?: number
}

/** One transaction at READ COMMITTED, tried again when that is certain to be harmless. */
export async function transact<T>(
  session: Session,
  unit: (executor: Executor) => Promise<T>,
  owner: string | null,
  patience: Patience = {},
): Promise<T> {
  const { answerMs, lockMs } = patience
  const lock = owner === null ? '' : `, pg_advisory_xact_lock(${session.lockKey(owner)})`
  const limits = lockMs === undefined ? '' : `set local lock_timeout = ${lockMs}; `
  const begin = { limits: session.limits + limits, locks: lock }
  let conflicts = 0
  let outages = 0
  for (;;) {
    try {
      return await inTransaction(
        session,
        begin,
        async (executor) => runUnit(executor, unit),
        answerMs,
      )
    } catch (error) {
      if (!(error instanceof PostgresFailure) || error.kind === 'refused') throw error
      if (error.kind === 'names') session.named.isOn = false
      if (error.kind === 'away' && (outages += 1) >= triesPerOutage) throw error
      if (error.kind !== 'away' && (conflicts += 1) >= triesPerConflict) throw error
      await delay((outages > 0 ? 100 * outages : Math.min(conflicts, 10)) * Math.random())
    }
  }
}

/**
 * Units in one transaction, answered after its commit. Returns those that have to be run by themselves: all when one
 * failed, else those whose owner's lock is held by somebody else.
 */
export async function transactTogether(session: Session, units: Unit[]): Promise<Unit[]> {
  const owners = [...new Set(units.flatMap(({ owner }) => owner ?? []))]
  const locks = owners.map(
    (owner, n) => `, pg_try_advisory_xact_lock(${session.lockKey(owner)}) as lock_${n}`,
  )
  const together = { limits: session.limits, locks: locks.join('') }
  // Until the locks are known nobody's unit is executed.
  let left = units.filter(({ owner }) => owner !== null)
  try {
    const done = await inTransaction(session, together, async (executor, begun) => {
      const free = units.filter(({ owner }) => owner === null)
      const first = runInLines(executor, free)
      // A failure of these is seen when the others are done with.
      first.catch(() => {})
      const row: Record<string, string> = owners.length === 0 ? {} : await begun
      const locked = new Set(owners.filter((_, n) => row[`lock_${n}`] === 't'))
      const mine = units.filter(({ owner }) => owner !== null && locked.has(owner))
      left = units.filter(({ owner }) => owner !== null && !locked.has(owner))
      // Nothing may go on when the transaction is rolled back.
      const settled = await Promise.allSettled([first, runInLines(executor, mine)])
      return valuesOf(settled)
    })
    for (const answer of done.flat()) answer()
  } catch (error) {
    if (!isAgenticError(error) || error.code !== 'commit_unknown') return units
    const waiting = new Set(left)
    for (const unit of units) if (!waiting.has(unit)) unit.reject(error)
  }
  return left
}

/** Rejects when one was rejected, after all are over. */
function valuesOf<T>(settled: PromiseSettledResult<T>[]): T[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

/** Units of one owner one after another, the others at once; answers how each is to be answered. */
async function runInLines(executor: Executor, units: Unit[]): Promise<(() => void)[]> {
  const lines = Map.groupBy(units, (unit) => unit.keys[0] ?? unit)
  const answers = [...lines.values()].map(async (line) => {
    const values: (() => void)[] = []
    for (const unit of line) {
      const value = await runUnit(executor, unit.run)
      values.push(() => unit.resolve(value))
    }
    return values
  })
  return valuesOf(await Promise.allSettled(answers)).flat()
}

interface Begin {
  limits: string
  locks: string
}

async function inTransaction<T>(
  session: Session,
  how: Begin,
  work: (executor: Executor, begun: Promise<Begun>) => Promise<T>,
  answerMs: number = patienceMs.answer,
): Promise<T> {
  const client = await connect(session.pool)
  let broken: Error | undefined
  try {
    const begun = begin(client, how)
    const executor: Executor = {
      compiler: session.compiler,
      async run(query) {
        session.counts.statements += 1
        const [, rows] = await Promise.all([
          begun,
          runOn(client, query, session.named.isOn, answerMs),
        ])
        return rows
      },
    }
    const [value, { xid }] = await Promise.all([work(executor, begun), begun])
    await commit(client, session.readers, xid, (error) => (broken = error))
    session.counts.transactions += 1
    return value
  } catch (error) {
    const isLineFine = !(error instanceof PostgresFailure) || error.kind !== 'away'
    if (broken === undefined && isLineFine) broken = await rollback(client)
    else broken ??= error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw new PostgresFailure(error)
  }
}

type Begun = { xid: string } & Record<string, string>

/**
 * Sent together with the first statements. The transaction's number is what can be asked for when the answer to its
 * commit is lost. Locks come first, so that what is read afterwards was committed by whoever held them.
 */
async function begin(client: PoolClient, { limits, locks }: Begin): Promise<Begun> {
  const text = `begin isolation level read committed; ${limits}select pg_current_xact_id()::text as xid${locks}`
  sendTogether(client)
  try {
    // A text of several statements answers with a list of results, which the driver's types do not say.
    const results = (await client.query(text)) as unknown as { rows: Begun[] }[]
    const row = results.at(-1)?.rows[0]
    if (row === undefined) throw new Error('the beginning of a transaction was not answered')
    return row
  } catch (error) {
    throw new PostgresFailure(error)
  }
}

async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
