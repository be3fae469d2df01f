import { Agent } from '@openai/agents'
import type { SessionItem } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const key = 'chat'

const user = (content: string): SessionItem => ({ type: 'message', role: 'user', content })
const assistant = (text: string): SessionItem => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text }],
})

test('items are added, listed newest last, and popped', async () => {
  const agentic = instance({ concurrency: 0 })
  const items = Array.from({ length: 250 }, (_, n) => user(`${n}`))
  await agentic.sessions.add({ owner, key, items })
  expect(await agentic.sessions.items({ owner, key, limit: null })).toEqual(items)
  expect(await agentic.sessions.items({ owner, key })).toEqual(items.slice(-200))
  expect(await agentic.sessions.items({ owner, key, limit: 2 })).toEqual(items.slice(-2))
  expect(await agentic.sessions.pop({ owner, key })).toEqual(items.at(-1))
  expect(await agentic.sessions.items({ owner, key, limit: 1 })).toEqual([items.at(-2)])
  await agentic.sessions.add({ owner, key, items: [assistant('after')] })
  expect(await agentic.sessions.items({ owner, key, limit: 2 })).toEqual([
    items.at(-2),
    assistant('after'),
  ])
})

test('more items than a statement takes parameters are added at once', async () => {
  const agentic = instance({ concurrency: 0 })
  const items = Array.from({ length: 22_000 }, (_, n) => user(`${n}`))
  await agentic.sessions.add({ owner, key, items })
  expect(await agentic.sessions.items({ owner, key, limit: null })).toEqual(items)
})

test('an empty session pops nothing and is cleared in peace', async () => {
  const agentic = instance({ concurrency: 0 })
  await agentic.sessions.add({ owner, key, items: [user('1')] })
  await agentic.sessions.clear({ owner, key })
  expect(await agentic.sessions.items({ owner, key })).toEqual([])
  expect(await agentic.sessions.pop({ owner, key })).toBeNull()
  await agentic.sessions.clear({ owner, key })
  expect((await agentic.sessions.get({ owner, key })).key).toBe(key)
})

test('sessions are listed by their last use, in pages', async () => {
  const agentic = instance({ concurrency: 0 })
  for (let n = 0; n < 7; n += 1) {
    await agentic.sessions.add({ owner, key: `s${n}`, items: [user('Hi')] })
  }
  await agentic.sessions.add({ owner: 'bob', key: 'bobs', items: [user('Hi')] })
  const keys: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await agentic.sessions.list({ owner, limit: 3, ...(cursor && { cursor }) })
    keys.push(...page.data.map((session) => session.key))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(keys.toSorted()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6'])
  const moments = (await agentic.sessions.list({ owner })).data.map((one) => one.updatedAt)
  expect(moments).toEqual(moments.toSorted((a, b) => b - a))
})

test('what a run refers to stays until it has ended', async () => {
  const held = new HeldAgent()
  const agentic = instance({ agents: { assistant: held.factory } })
  await agentic.sessions.add({ owner, key, items: [user('before')] })
  const { id } = await agentic.runs.submit({ owner, session: key, input: 'Go' })
  await held.reached('Go')
  const busy = { code: 'session_busy', status: 409 }
  await expect(agentic.sessions.pop({ owner, key })).rejects.toMatchObject(busy)
  await expect(agentic.sessions.clear({ owner, key })).rejects.toMatchObject(busy)
  await expect(agentic.sessions.delete({ owner, key })).rejects.toMatchObject(busy)
  held.releaseAll()
  await agentic.runs.wait({ owner, id })
  expect(await agentic.sessions.items({ owner, key })).toHaveLength(3)
  await agentic.sessions.delete({ owner, key })
})

test('a deleted session leaves nothing behind', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  const { id } = await agentic.runs.submit({ owner, session: key, input: 'Hi' })
  await agentic.runs.wait({ owner, id })
  const other = await agentic.runs.submit({ owner, session: 'other', input: 'Hi' })
  await agentic.runs.wait({ owner, id: other.id })
  await agentic.sessions.delete({ owner, key })
  await expect(agentic.runs.get({ owner, id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(agentic.sessions.get({ owner, key })).rejects.toMatchObject({ code: 'not_found' })
  for (const table of ['run', 'run_input', 'event', 'step']) {
    const column = table === 'run' ? 'id' : 'run_id'
    const rows = await sql(database, `select distinct ${column} as id from agentic_${table}`)
    expect(rows, table).toEqual([{ id: other.id }])
  }
})

test('`session.created` is told once', async () => {
  const agentic = instance()
  const created: string[] = []
  agentic.on('session.created', ({ session }) => void created.push(session.key))
  for (const input of ['1', '2']) {
    const { id } = await agentic.runs.submit({ owner, session: key, input })
    await agentic.runs.wait({ owner, id })
  }
  expect(created).toEqual([key])
})

test('an item that is no JSON is refused with its place, and none of the others is added', async () => {
  const agentic = instance()
  const strange: unknown = { ...user('Bye'), providerData: { tokens: 1n } }
  const items = [user('Hi'), strange as SessionItem]
  await expect(agentic.sessions.add({ owner, key, items })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(/^`items\[1\]` cannot be kept as JSON .*BigInt/),
  })
  await expect(agentic.sessions.get({ owner, key })).rejects.toMatchObject({ code: 'not_found' })
})

test('ten thousand items are kept in order, and a run is given the newest of them', async () => {
  const model = new TurnModel(() => 'ok')
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model }) },
    historyLimit: 50,
  })
  const items = Array.from({ length: 5000 }, (_, n) => [user(`q${n}`), assistant(`a${n}`)]).flat()
  await agentic.sessions.add({ owner, key, items })
  const { id } = await agentic.runs.submit({ owner, session: key, input: 'Go' })
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  const stored = await agentic.sessions.items({ owner, key, limit: null })
  expect(stored.slice(0, 10_000)).toEqual(items)
  expect(stored).toHaveLength(10_002)
  expect(model.requests[0]?.input).toHaveLength(51)
})
