import type { RunEvent } from 'agentic-node'
import { describe, expect, inject, test } from 'vitest'
import { HeldAgent } from '../../support/held-agent.ts'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { startPgBouncer } from '../../support/pgbouncer.ts'
import { slowSpeaker } from '../../support/slow-speaker.ts'
import { sql, until } from '../../support/sql.ts'

const owner = 'ada'
const hello = { owner, session: 'chat', input: 'Hi' }

/** Four server connections, lent for a transaction each: nothing of a session stays with who made it. */
describe.skipIf(inject('pgbouncer') === '')('behind PgBouncer in transaction mode', () => {
  test('a run is executed to its end, and the schema is made there', async () => {
    const pooled = await startPgBouncer(temporaryDatabase())
    const agentic = instance({ database: pooled })
    const { id } = await agentic.runs.submit(hello)
    expect(await agentic.runs.wait({ owner, id })).toMatchObject({
      status: 'completed',
      attempt: 1,
    })
    expect(await agentic.sessions.items({ owner, key: 'chat' })).toHaveLength(2)
  })

  test.for([
    { who: 'a worker', worker: true, watcher: false },
    { who: 'a follower', worker: false, watcher: true },
    { who: 'both', worker: true, watcher: true },
  ])('a stream arrives as it happens, with $who behind it', async (behind) => {
    const direct = temporaryDatabase()
    const pooled = await startPgBouncer(direct)
    const speaker = slowSpeaker(['Hello', ' there'])
    const agents = { assistant: speaker.factory }
    const worker = instance({ database: behind.worker ? pooled : direct, agents })
    const watcher = instance({ database: behind.watcher ? pooled : direct, concurrency: 0 })
    const { id } = await worker.runs.submit(hello)
    const seen: RunEvent[] = []
    for await (const event of watcher.runs.follow({ owner, id })) {
      seen.push(event)
      // Held before the last word: what is seen was seen while the run was under way.
      if (event.type === 'text_delta') speaker.releaseAll()
    }
    expect(seen).toEqual(await worker.runs.events({ owner, id }))
    expect(seen.at(-1)?.type).toBe('run.completed')
  })

  test('a run submitted in one process is started by another, without waiting for a sweep', async () => {
    const pooled = await startPgBouncer(temporaryDatabase())
    const held = new HeldAgent()
    const lease = { seconds: 600, sweepSeconds: 600 }
    const worker = instance({ database: pooled, lease, agents: { assistant: held.factory } })
    await worker.start()
    const web = instance({ database: pooled, lease, concurrency: 0 })
    const { id } = await web.runs.submit(hello)
    held.releaseAll()
    expect(await web.runs.wait({ owner, id })).toMatchObject({ status: 'completed' })
  })

  test('many runs of two instances are each executed once, over four server connections', async () => {
    const direct = temporaryDatabase()
    const pooled = await startPgBouncer(direct)
    const held = new HeldAgent()
    held.releaseAll()
    const agents = { assistant: held.factory }
    const both = [1, 2].map(() => instance({ database: pooled, agents, concurrency: 8 }))
    await Promise.all(both.map(async (one) => one.start()))
    const names = Array.from({ length: 60 }, (_, n) => `run ${n}`)
    const submits = names.map(async (input, n) =>
      both[n % 2]!.runs.submit({ owner: `u${n % 7}`, session: `s${n}`, input }),
    )
    await Promise.all(submits)
    const unfinished = 'select count(*) as n from agentic_run where finished_at is null'
    await until(async () => (await sql(direct, unfinished))[0]?.['n'] === 0)
    expect(held.asked.toSorted()).toEqual(names.toSorted())
    const rows = await sql(direct, 'select distinct status, attempt from agentic_run')
    expect(rows).toEqual([{ status: 'completed', attempt: 1 }])
  })

  test('another that keeps prepared statements in its sessions is no trouble, nor are we to it', async () => {
    const pooled = await startPgBouncer(temporaryDatabase())
    const both = ['one', 'two'].map((prefix) =>
      instance({ database: pooled, tablePrefix: `${prefix}_` }),
    )
    for (let n = 0; n < 10; n += 1) {
      const runs = both.map(async ({ runs }) => {
        const { id } = await runs.submit({ ...hello, session: `s${n}` })
        return runs.wait({ owner, id })
      })
      for (const run of await Promise.all(runs)) expect(run).toMatchObject({ attempt: 1 })
    }
  })
})
