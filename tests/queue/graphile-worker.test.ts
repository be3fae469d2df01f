import { Client, Pool } from 'pg'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { AgenticOptions } from 'agentic-node'
import { graphileWorkerQueue } from 'agentic-node/graphile-worker'
import { Calls, listening } from '../../src/testing/calls.ts'
import { withoutFlush } from '../support/databases.ts'
import { ownDatabase } from '../support/own-database.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { createLine } from '../support/proxy.ts'
import { until } from '../support/sql.ts'
import { Desk } from './support/desk.ts'
import { dropSpace, newSpace } from './support/engines.ts'

// A migration of the engine's that a line has frozen would hold up whoever makes an index in the same database.
const own = inject('postgresUrl') === '' ? null : await ownDatabase(inject('postgresUrl'))
const server = withoutFlush(own?.url ?? '')
afterAll(async () => own?.remove(false))

describe.skipIf(server === '')('with graphile-worker', () => {
  test('a submit is accepted while Postgres is away, and its run starts when it is back', async () => {
    const { line, desk } = await deskOnALine()
    line.refuse()
    await desk.worker.start()
    const ids = [await desk.submit(), await desk.submit(), await desk.submit()]
    await line.accept()
    for (const id of ids) expect(await desk.end(id)).toMatchObject({ status: 'completed' })
  })

  test('a submit does not wait for a Postgres that does not answer', async () => {
    const { line, desk } = await deskOnALine()
    line.freeze()
    const ids = await Promise.all(Array.from({ length: 50 }, async () => desk.submit()))
    expect(new Set(ids).size).toBe(50)
    await until(() => line.connections > 0)
    line.close()
  })

  test('a line that falls silent holds up neither runs nor the end of a process', async () => {
    const { line, desk } = await deskOnALine({ lease: { sweepSeconds: 0.2 } })
    await desk.worker.start()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    line.freeze()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    await Promise.all([desk.web.close(), desk.worker.close()])
  })

  test('the end of a process does not wait until the engine is installed', async () => {
    const warnings: unknown[] = []
    const warn = (fields: unknown) => void warnings.push(fields)
    const { space, desk } = await deskOnALine({ logger: { info() {}, warn, error() {} } })
    const other = new Client({ connectionString: server })
    await other.connect()
    onTestFinished(async () => other.end())
    await other.query('begin')
    await other.query(`create schema "${space}"`)
    await desk.worker.start()
    const waiting = `select from pg_locks where not granted and database =
      (select oid from pg_database where datname = current_database())
      or locktype = 'transactionid' and not granted`
    await until(async () => (await ask(waiting)).length)
    await Promise.all([desk.web.close(), desk.worker.close()])
    // A statement that was given up would have been told of.
    expect(warnings).toEqual([])
  })

  test('workers hear wake-ups again after Postgres was restarted', async () => {
    const { line, desk } = await deskOnALine()
    await desk.worker.start()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
    line.refuse()
    line.cut()
    await line.accept()
    expect(await desk.end(await desk.submit())).toMatchObject({ status: 'completed' })
  })

  test('a run that ends while Postgres is away ends once, and the worker goes on', async () => {
    const held = new HeldAgent()
    const unhandled: unknown[] = []
    const note = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const { line, desk } = await deskOnALine({ agents: { assistant: held.factory } })
    await desk.worker.start()
    const id = await desk.submit('first')
    await held.reached('first')
    line.refuse()
    line.cut()
    held.releaseAll()
    expect(await desk.end(id)).toMatchObject({ status: 'completed', attempt: 1 })
    await line.accept()
    expect(await desk.end(await desk.submit('second'))).toMatchObject({ status: 'completed' })
    expect(held.asked).toEqual(['first', 'second'])
    expect(unhandled).toEqual([])
  })

  test('nothing is lost when jobs are deleted', async () => {
    const { space, desk } = await deskOnALine({ lease: { sweepSeconds: 0.2 } })
    await desk.worker.start()
    const ids = [await desk.submit()]
    // The first run may be found before the engine is there.
    await until(
      async () =>
        (
          await ask(`select from pg_tables where schemaname = '${space}'
      and tablename = '_private_jobs'`)
        ).length,
    )
    for (let n = 0; n < 30; n += 1) {
      ids.push(await desk.submit())
      if (n % 10 === 5) await ask(`delete from "${space}"._private_jobs`)
    }
    for (const id of ids) {
      expect(await desk.end(id)).toMatchObject({ status: 'completed', attempt: 1 })
    }
  })

  test('several processes may be the first at once', async () => {
    const space = spaceOfTest()
    const queues = Array.from({ length: 5 }, () => queueIn(space))
    const calls = new Calls()
    await Promise.all(
      queues.map(async (queue) => {
        await queue.listen(calls.work, listening(2))
        await queue.check?.()
      }),
    )
    await Promise.all(queues.map(async (queue, n) => queue.wake(`run-${n}`)))
    await calls.reach(5)
    await Promise.all(queues.map(async (queue) => queue.close()))
  })

  test('who has calls under way goes on when the engine is installed elsewhere in the database', async () => {
    const space = spaceOfTest()
    const queue = await installedIn(space)
    const calls = new Calls()
    calls.hold()
    await queue.listen(calls.work, listening(2))
    await queue.wake('run-1')
    await calls.reach(1)
    const elsewhere = queueIn(spaceOfTest())
    await elsewhere.check?.()
    await elsewhere.close()
    await queue.wake('run-2')
    await calls.reach(2)
    await queue.wake('run-3')
    const taken = `select from "${space}".jobs where locked_at is not null`
    await until(async () => (await ask(taken)).length === 3)
    expect(calls.count).toBe(2)
    calls.release()
    await calls.reach(3)
    await queue.close()
    expect(calls.most).toBe(2)
    expect(process.exitCode).toBeUndefined()
  })

  test('a wake-up in a transaction is sent by its commit, and not at all when it is rolled back', async () => {
    const space = spaceOfTest()
    const queue = await installedIn(space)
    const calls = new Calls()
    await queue.listen(calls.work, listening(2))
    const client = new Client({ connectionString: server })
    await client.connect()
    const execute = async (sql: string, values: unknown[]) => void (await client.query(sql, values))
    await client.query('begin')
    await queue.wakeWithin?.(execute, 'rolled back')
    await client.query('rollback')
    await client.query('begin')
    await queue.wakeWithin?.(execute, 'committed')
    expect(calls.count).toBe(0)
    await client.query('commit')
    await calls.reach(1)
    expect(calls.deliveries).toEqual([{ runId: 'committed', times: 1 }])
    await Promise.all([queue.close(), client.end()])
  })

  test('the pool of an app is used and stays open', async () => {
    const pool = new Pool({ connectionString: server })
    const space = spaceOfTest()
    const queue = graphileWorkerQueue({ pool, schema: space })
    const calls = new Calls()
    await queue.check?.()
    await queue.listen(calls.work, listening(2))
    await queue.wake('run-1')
    await calls.reach(1)
    await queue.close()
    const { rows } = await pool.query(`select * from "${space}".jobs`)
    expect(rows).toEqual([])
    expect(pool.listenerCount('error')).toBe(0)
    await pool.end()
  })

  test('who was cut off for longer than a lease goes on when it is back, and so does another', async () => {
    const space = spaceOfTest()
    const line = await createLine(server)
    const [cutOff, other] = [await installedIn(space, line.url), queueIn(space)]
    const [its, others] = [new Calls(), new Calls()]
    its.hold()
    const options = { ...listening(1), leaseMs: 300 }
    await cutOff.listen(its.work, options)
    await cutOff.wake('run-1')
    await its.reach(1)
    await other.listen(others.work, options)
    line.refuse()
    line.cut()
    await until(() => others.deliveries.some(({ runId }) => runId === 'run-1'))
    expect(others.deliveries).toContainEqual({ runId: 'run-1', times: 2 })
    await other.close()
    await line.accept()
    its.release()
    await cutOff.wake('run-2')
    await until(() => its.deliveries.some(({ runId }) => runId === 'run-2'))
    await cutOff.close()
    expect(await ask(`select * from "${space}".jobs where key like '%:run-%'`)).toEqual([])
  })
})

test.each([
  [{}, 'connectionString'],
  [{ connectionString: 'localhost' }, 'connectionString'],
  [{ connectionString: 'postgres://localhost/a', schema: 'a"b' }, 'schema'],
  [{ connectionString: 'postgres://localhost/a', task: '' }, 'task'],
])('wrong settings are refused at once: %j', (options, name) => {
  expect(() => graphileWorkerQueue(options)).toThrow(`\`${name}\` of graphileWorkerQueue`)
})

function spaceOfTest(): string {
  const space = newSpace()
  onTestFinished(async () => dropSpace({ engine: 'graphile-worker', url: server, space }))
  return space
}

function queueIn(space: string, connectionString = server) {
  return graphileWorkerQueue({ connectionString, schema: space })
}

/** Nobody waits long for a wake-up, and how long it takes to install the engine is for the disk to say. */
async function installedIn(space: string, connectionString = server) {
  const queue = queueIn(space, connectionString)
  await queue.check?.()
  return queue
}

async function deskOnALine(options?: Partial<AgenticOptions>) {
  const space = spaceOfTest()
  const line = await createLine(server)
  return { space, line, desk: new Desk(() => queueIn(space, line.url), options) }
}

async function ask(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
