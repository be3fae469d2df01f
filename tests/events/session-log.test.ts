import type { RunEvent } from 'agentic-node'
import { expect, test } from 'vitest'
import { HeldAgent } from '../support/held-agent.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'

const owner = 'ada'
const key = 'chat'

test('a session’s log has its runs one after the other, and a cursor never passes an event to come', async () => {
  const database = temporaryDatabase()
  const held = new HeldAgent()
  const agentic = instance({ database, agents: { assistant: held.factory } })
  const watcher = instance({ database, concurrency: 0 })
  const runs: string[] = []
  for (const input of ['1', '2', '3']) {
    runs.push((await agentic.runs.submit({ owner, session: key, input })).id)
  }
  const stop = new AbortController()
  const seen: RunEvent[] = []
  for await (const event of watcher.sessions.follow({ owner, key, signal: stop.signal })) {
    seen.push(event)
    if (event.type === 'run.attempt_started') held.release(String(runs.indexOf(event.runId) + 1))
    if (event.type === 'run.completed' && event.runId === runs[2]) stop.abort()
  }
  const order = seen.map((event) => runs.indexOf(event.runId))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  for (const id of runs) {
    const own = seen.filter((event) => event.runId === id)
    expect(own).toEqual(await agentic.runs.events({ owner, id }))
  }
})

test('a session’s log is paged by the last event seen', async () => {
  const agentic = instance()
  for (const input of ['1', '2']) {
    const { id } = await agentic.runs.submit({ owner, session: key, input })
    await agentic.runs.wait({ owner, id })
  }
  const all = await agentic.sessions.events({ owner, key, limit: 1000 })
  const paged: RunEvent[] = []
  for (;;) {
    const last = paged.at(-1)
    const after = last === undefined ? {} : { after: `${last.runId}:${last.sequence}` }
    const page = await agentic.sessions.events({ owner, key, limit: 3, ...after })
    if (page.length === 0) break
    paged.push(...page)
  }
  expect(paged).toEqual(all)
  await expect(agentic.sessions.events({ owner, key, after: '7' })).rejects.toMatchObject({
    code: 'invalid_request',
  })
  await expect(agentic.sessions.events({ owner: 'bob', key })).rejects.toMatchObject({
    code: 'not_found',
  })
})
