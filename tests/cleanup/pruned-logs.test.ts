import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import type { Agentic } from 'agentic-node'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { plant, stockOf } from './support/seed.ts'

const owner = 'ada'
const key = 'chat'
const many = 250

/** One old run with many events and steps. */
async function oldRun(): Promise<{ agentic: Agentic; database: string; id: string }> {
  const database = temporaryDatabase()
  const agentic = instance({ database, concurrency: 0 })
  await agentic.start()
  const session = { id: uuidv7(), owner, key, age: 9, items: 2 }
  const id = uuidv7()
  const log = { events: many, steps: 12, approvals: 1 }
  const run = { id, sessionId: session.id, status: 'completed' as const, age: 9, ...log }
  await plant(database, { sessions: [session], runs: [run] })
  return { agentic, database, id }
}

/** A cleanup that ends after its first transaction. */
async function begin(agentic: Agentic, policy: { eventsDays?: number; runsDays?: number }) {
  const stop = new AbortController()
  const how = { signal: stop.signal, onProgress: () => stop.abort() }
  return agentic.admin.cleanup({ ...policy, batchSize: 10 }, how)
}

const pruned = { code: 'events_pruned', details: { first_available: many } }

test.each([{ eventsDays: 5 }, { runsDays: 5 }])(
  'of a run whose log was deleted in part nobody sees a part: %j',
  async (policy) => {
    const { agentic, database, id } = await oldRun()
    expect(await begin(agentic, policy)).toMatchObject({ isComplete: false })
    const stock = await stockOf(database)
    expect(stock.runs[id]).toMatchObject({ events: many - 10, steps: 12 })
    const sequences = async (events: Promise<{ sequence: number }[]>) =>
      (await events).map(({ sequence }) => sequence)
    expect(await sequences(agentic.runs.events({ owner, id }))).toEqual([many])
    expect(await sequences(agentic.sessions.events({ owner, key }))).toEqual([many])
    await expect(agentic.runs.events({ owner, id, after: 100 })).rejects.toMatchObject(pruned)
    const rest = agentic.runs.events({ owner, id, after: many - 1 })
    expect(await sequences(rest)).toEqual([many])
    const inSession = agentic.sessions.events({ owner, key, after: `${id}:100` })
    await expect(inSession).rejects.toMatchObject({ ...pruned, details: { run_id: id } })
    const seen: string[] = []
    for await (const { type } of agentic.runs.follow({ owner, id })) seen.push(type)
    expect(seen).toEqual(['run.completed'])
    const timeline = await agentic.admin.runs.get({ id })
    expect(timeline.events.map(({ sequence }) => sequence)).toEqual([many])
    expect(timeline.steps).toHaveLength(12)
  },
)

test('a reader in the middle of a log that is deleted is told so, and is never given the end after a gap', async () => {
  const { agentic, id } = await oldRun()
  const read: number[] = []
  const reading = async () => {
    for await (const { sequence } of agentic.runs.follow({ owner, id })) {
      read.push(sequence)
      if (sequence === 50) await begin(agentic, { eventsDays: 5 })
    }
  }
  await expect(reading()).rejects.toMatchObject(pruned)
  expect(read).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
})

test('a reader of a run that is deleted meanwhile does not wait for ever', async () => {
  const { agentic, id } = await oldRun()
  const reading = async () => {
    for await (const { sequence } of agentic.runs.follow({ owner, id })) {
      if (sequence === 50) await agentic.admin.cleanup({ runsDays: 5 })
    }
  }
  await expect(reading()).rejects.toMatchObject({ code: 'not_found' })
})

test('a session is a stream that says where to go on when the log it stood in was deleted', async () => {
  const { agentic, id } = await oldRun()
  await agentic.admin.cleanup({ eventsDays: 5 })
  const headers = {
    'x-user': owner,
    accept: 'text/event-stream',
    'last-event-id': `${id}:7`,
  }
  const url = `http://app/agents/sessions/${key}/events/`
  const stop = new AbortController()
  const answer = await agentic.fetch(new Request(url, { headers, signal: stop.signal }))
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (text.includes('event: run.completed')) break
  }
  stop.abort()
  expect(text).toContain(`id: ${id}:${many - 1}\nevent: reset`)
  expect(text).toContain(`id: ${id}:${many}\nevent: run.completed`)
})

test('a run may be retried whose first one is gone, and its idempotency key used again', async () => {
  const { agentic, database, id } = await oldRun()
  await sql(database, 'update agentic_run set idempotency_key = ? where id = ?', 'once', id)
  const again = await agentic.runs.retry({ owner, id })
  await agentic.admin.cleanup({ runsDays: 5 })
  expect(await agentic.runs.get({ owner, id: again.id })).toMatchObject({ retryOf: id })
  const submit = { owner, session: key, input: 'Hi', idempotencyKey: 'once' }
  expect(await agentic.runs.submit(submit)).toMatchObject({ isNew: true })
  expect(await agentic.sessions.items({ owner, key })).toHaveLength(2)
})
