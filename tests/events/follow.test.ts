import type { Agentic, RunEvent } from 'agentic-node'
import { expect, test } from 'vitest'
import { EventHub } from '../../src/events/hub.ts'
import { follow } from '../../src/events/follow.ts'
import { SharedReads } from '../../src/events/shared-reads.ts'
import { openDatabase } from '../../src/store/open.ts'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { slowSpeaker } from '../support/slow-speaker.ts'
import { sql } from '../support/sql.ts'

const owner = 'ada'
const submitted = { owner, session: 'chat', input: 'Go' }

async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const collected: RunEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

function textOf(events: RunEvent[]): string {
  const message = events.findLast((event) => event.type === 'message_output_created')
  if (message !== undefined) return JSON.stringify(message.payload)
  return events.map(({ payload }) => payload['text'] ?? '').join('')
}

test('a follower in another instance on the file sees everything as it happens', async () => {
  const database = temporaryDatabase()
  const speaker = slowSpeaker(['Hello', ' there'])
  const worker = instance({ database, agents: { assistant: speaker.factory } })
  const watcher = instance({ database, concurrency: 0, migrate: false })
  const { id } = await worker.runs.submit(submitted)
  const seen: RunEvent[] = []
  for await (const event of watcher.runs.follow({ owner, id })) {
    seen.push(event)
    if (event.type === 'text_delta') speaker.releaseAll()
  }
  expect(seen.map((event) => event.sequence)).toEqual(seen.map((_, index) => index + 1))
  expect(seen.at(-1)?.type).toBe('run.completed')
  expect(await collect(worker.runs.follow({ owner, id }))).toEqual(seen)
})

test('what a process wrote that died before it could tell anybody is seen', async () => {
  const database = temporaryDatabase()
  const watcher = instance({ database, concurrency: 0 })
  const { id } = await watcher.runs.submit(submitted)
  const following = collect(watcher.runs.follow({ owner, id, after: 1 }))
  await sql(
    database,
    "update agentic_run set status = 'cancelled', finished_at = 1, last_sequence = 2 where id = ?",
    id,
  )
  await sql(database, "insert into agentic_event values (?, 2, 'run.cancelled', '{}', 1)", id)
  expect((await following).map(({ type }) => type)).toEqual(['run.cancelled'])
})

test('whoever reconnects, at whichever event, assembles the same', async () => {
  const speaker = slowSpeaker(Array.from({ length: 30 }, (_, n) => `${n} `))
  speaker.releaseAll()
  const agentic = instance({ agents: { assistant: speaker.factory } })
  const { id } = await agentic.runs.submit(submitted)
  const all = await collect(agentic.runs.follow({ owner, id }))
  for (const { sequence } of all) {
    const rest = await collect(agentic.runs.follow({ owner, id, after: sequence }))
    expect([...all.slice(0, sequence), ...rest]).toEqual(all)
    expect(textOf([...all.slice(0, sequence), ...rest])).toBe(textOf(all))
  }
})

test('followers that join and leave during the run all see one log', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit(submitted)
  const early = Array.from({ length: 10 }, async () => collect(agentic.runs.follow({ owner, id })))
  await held.reached('Go')
  const late = Array.from({ length: 10 }, async (_, n) =>
    collect(agentic.runs.follow({ owner, id, after: n % 3 })),
  )
  held.releaseAll()
  const logs = await Promise.all([...early, ...late])
  const [whole = []] = logs
  expect(whole.at(-1)?.type).toBe('run.completed')
  for (const [n, log] of logs.entries()) {
    expect(log).toEqual(n < 10 ? whole : whole.slice((n - 10) % 3))
  }
})

test('a reader that is slower than the run misses nothing and holds nobody up', async () => {
  const speaker = slowSpeaker(Array.from({ length: 50 }, (_, n) => `${n} `))
  const agentic = instance({ agents: { assistant: speaker.factory } })
  const { id } = await agentic.runs.submit(submitted)
  const reader = agentic.runs.follow({ owner, id })[Symbol.asyncIterator]()
  const seen = [(await reader.next()).value as RunEvent]
  speaker.releaseAll()
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    seen.push(next.value)
  }
  expect(seen).toEqual(await agentic.runs.events({ owner, id, limit: 1000 }))
})

test('following a finished run from its end ends at once', async () => {
  const agentic = instance()
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id })
  expect(await collect(agentic.runs.follow({ owner, id, after: run.lastSequence }))).toEqual([])
  expect(await collect(agentic.runs.follow({ owner, id, after: 10_000 }))).toEqual([])
})

test('waiting for a run that ends between the look and the following does not hang', async () => {
  const agentic = instance()
  for (let n = 0; n < 30; n += 1) {
    const { id } = await agentic.runs.submit({ ...submitted, session: `s${n}` })
    for (let turn = 0; turn < n; turn += 1) await Promise.resolve()
    expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  }
})

test('an aborted wait rejects with the reason, an aborted follow ends', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit(submitted)
  await held.reached('Go')
  const reason = new Error('the reader left')
  const stop = new AbortController()
  const waiting = agentic.runs.wait({ owner, id, signal: stop.signal })
  const following = collect(agentic.runs.follow({ owner, id, signal: stop.signal }))
  const session = collect(agentic.sessions.follow({ owner, key: 'chat', signal: stop.signal }))
  stop.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  expect((await following).map((event) => event.type)).not.toContain('run.completed')
  expect((await session).length).toBeLessThanOrEqual(3)
  await expect(agentic.runs.wait({ owner, id, signal: stop.signal })).rejects.toBe(reason)
})

test('nothing stays subscribed after a follower left, however it left', async () => {
  const url = temporaryDatabase()
  const held = new HeldAgent()
  const agentic = instance({ database: url, agents: { assistant: held.factory } })
  const { id } = await agentic.runs.submit(submitted)
  await held.reached('Go')
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  const hub = new EventHub()
  const following = { database, hub, reads: new SharedReads(database) }
  const stop = new AbortController()
  const left = follow(following, { owner, id, after: 0 })
  await left.next()
  const aborted = collect(follow(following, { owner, id, after: 0, signal: stop.signal }))
  const refused = collect(follow(following, { owner: 'bob', id, after: 0 }))
  await expect(refused).rejects.toMatchObject({ code: 'not_found' })
  expect(hub.followers).toBe(2)
  await left.return(undefined)
  stop.abort()
  await aborted
  expect(hub.followers).toBe(0)
  await database.close()
})

test('followers that are told at the same time share one query', async () => {
  const url = temporaryDatabase()
  const agentic = instance({ database: url })
  const { id } = await agentic.runs.submit(submitted)
  await agentic.runs.wait({ owner, id })
  const database = await openDatabase({ url, prefix: 'agentic_', durability: 'full' })
  const reads = new SharedReads(database)
  const before = database.counts().statements
  const query = { runId: id, owner, after: 0, limit: 100 }
  const answers = await Promise.all(Array.from({ length: 50 }, async () => reads.read(query)))
  expect(database.counts().statements - before).toBe(1)
  expect(new Set(answers).size).toBe(1)
  await reads.read(query)
  expect(database.counts().statements - before).toBe(2)
  await database.close()
})

test('`wait` until a pause resolves when a person is asked, and otherwise at the end', async () => {
  const agentic: Agentic = instance()
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id, until: 'pause' })
  expect(run.status).toBe('completed')
  await expect(agentic.runs.wait({ owner: 'bob', id })).rejects.toMatchObject({ code: 'not_found' })
})
