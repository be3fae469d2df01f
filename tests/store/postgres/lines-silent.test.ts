import { Agent } from '@openai/agents'
import type { Agentic, RunEvent } from 'agentic-node'
import { expect, test, vi } from 'vitest'
import { deferred, instance, temporaryDatabase } from '../../support/instance.ts'
import { createLine } from '../../support/proxy.ts'
import { slowSpeaker } from '../../support/slow-speaker.ts'
import { sql, until } from '../../support/sql.ts'
import { callsTool, notedTool } from '../../support/tools.ts'
import { TurnModel } from '../../support/turn-model.ts'

// A line that says nothing is taken for dead after twenty seconds.
vi.setConfig({ testTimeout: 120_000 })

const owner = 'ada'
const quiet = { info() {}, warn() {}, error() {} }
const hello = { owner, session: 'chat', input: 'Go' }

test('an instance behind a line that froze changes nothing when it thaws, and works again', async () => {
  const database = temporaryDatabase()
  const line = await createLine(database)
  const inside = deferred()
  const gate = deferred()
  const model = new TurnModel(
    () => callsTool('note', { n: 1 }, 'call_1'),
    (_request, call) => `done by call ${call}`,
  )
  const agentWith = (execute: () => unknown) => () =>
    new Agent({ name: 'A', model, tools: [notedTool('note', { execute })] })
  const lease = { seconds: 1, sweepSeconds: 0.1 }
  const tools = { note: { interrupted: 'rerun' as const } }
  const frozen = instance({
    database: line.url,
    lease,
    tools,
    logger: quiet,
    agents: {
      assistant: agentWith(async () => {
        inside.resolve()
        await gate.promise
        return 'late'
      }),
    },
  })
  const { id } = await frozen.runs.submit(hello)
  await inside.promise
  line.freeze()
  const other = instance({
    database,
    lease,
    tools,
    agents: { assistant: agentWith(() => 'in time') },
  })
  const run = await other.runs.wait({ owner, id })
  expect(run).toMatchObject({ status: 'completed', attempt: 2 })
  const events = await other.runs.events({ owner, id })
  gate.resolve()
  line.thaw()
  const next = await frozen.runs.submit({ owner: 'bob', session: 'b', input: 'Go' })
  await frozen.runs.wait({ owner: 'bob', id: next.id })
  expect(await other.runs.get({ owner, id })).toEqual(run)
  expect(await other.runs.events({ owner, id })).toEqual(events)
  const items = JSON.stringify(await other.sessions.items({ owner, key: 'chat' }))
  expect(items).toContain('in time')
  expect(items).not.toContain('late')
})

test('connections that fall silent for ever are given up: the run ends and its follower misses nothing', async () => {
  const database = temporaryDatabase()
  const line = await createLine(database)
  const speaker = slowSpeaker(['Hello', ' there'])
  const behind = { database: line.url, logger: quiet }
  const worker = instance({ ...behind, agents: { assistant: speaker.factory } })
  const watcher = instance({ ...behind, concurrency: 0 })
  const { id } = await worker.runs.submit(hello)
  const seen: RunEvent[] = []
  const following = follow(watcher, id, seen)
  await until(() => seen.some(({ type }) => type === 'text_delta'))
  line.silence()
  speaker.releaseAll()
  expect(await worker.runs.wait({ owner, id })).toMatchObject({ status: 'completed' })
  await following
  expect(seen).toEqual(await worker.runs.events({ owner, id }))
  expect(await sql(database, 'select count(*) as n from agentic_item')).toEqual([{ n: 2 }])
})

test('a slow line only takes time', async () => {
  const database = temporaryDatabase()
  const line = await createLine(database)
  const speaker = slowSpeaker(['Hello', ' there', ' you'])
  speaker.releaseAll()
  const agentic = instance({ database: line.url, agents: { assistant: speaker.factory } })
  await agentic.start()
  line.delay(40)
  const { id } = await agentic.runs.submit(hello)
  const seen: RunEvent[] = []
  await follow(agentic, id, seen)
  expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1))
  expect(await agentic.runs.get({ owner, id })).toMatchObject({
    status: 'completed',
    output: 'Hello there you',
    attempt: 1,
  })
})

test('a follower whose line is cut misses nothing', async () => {
  const database = temporaryDatabase()
  const line = await createLine(database)
  const speaker = slowSpeaker(['Hello', ' there'])
  const worker = instance({ database, agents: { assistant: speaker.factory } })
  const watcher = instance({ database: line.url, concurrency: 0, logger: quiet })
  const { id } = await worker.runs.submit(hello)
  const seen: RunEvent[] = []
  const following = follow(watcher, id, seen)
  await until(() => seen.some(({ type }) => type === 'text_delta'))
  line.cut()
  speaker.releaseAll()
  await following
  expect(seen).toEqual(await worker.runs.events({ owner, id }))
})

async function follow(agentic: Agentic, id: string, seen: RunEvent[]): Promise<void> {
  for await (const event of agentic.runs.follow({ owner, id })) seen.push(event)
}
