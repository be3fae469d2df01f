import { Agent } from '@openai/agents'
import type { AgenticOptions, RunEvent } from 'agentic-node'
import { expect, test } from 'vitest'
import { deferred, instance, temporaryDatabase } from '../support/instance.ts'
import { expireLease, sql, until } from '../support/sql.ts'
import { slowSpeaker } from '../support/slow-speaker.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const submitted = { owner, session: 'chat', input: 'Go' }

function agentWithTwoTools() {
  const model = new TurnModel(
    () => [...callsTool('note', { n: 1 }, 'call_1'), ...callsTool('note', { n: 2 }, 'call_2')],
    'All done.',
  )
  return new Agent({ name: 'A', model, tools: [notedTool('note')] })
}

async function runEvents(options: Partial<AgenticOptions>): Promise<RunEvent[]> {
  const agentic = instance({ agents: { assistant: agentWithTwoTools }, ...options })
  const { id } = await agentic.runs.submit(submitted)
  await agentic.runs.wait({ owner, id })
  return agentic.runs.events({ owner, id, limit: 1000 })
}

const isTerminal = ({ type }: RunEvent) => /^run\.(completed|failed|cancelled)$/.test(type)

test('sequences have no gaps and exactly one terminal event is last', async () => {
  const events = await runEvents({})
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(isTerminal)).toEqual([events.at(-1)])
})

test('a run that was lost, drained and recovered has one log without gaps', async () => {
  const database = temporaryDatabase()
  const speaker = slowSpeaker('some words of the answer'.split(/(?<= )/))
  const options = { database, agents: { assistant: speaker.factory }, cancelGraceSeconds: 0 }
  const lease = { seconds: 600, sweepSeconds: 0.05 }
  const lost = instance({ ...options, lease: { seconds: 600, sweepSeconds: 600 }, concurrency: 1 })
  const { id } = await lost.runs.submit(submitted)
  await speaker.started(1)
  await expireLease(database, id)
  const drained = instance({ ...options, lease, drainSeconds: 0 })
  await drained.start()
  await speaker.started(2)
  await drained.close()
  const second = instance({ ...options, lease })
  await second.start()
  await speaker.started(3)
  speaker.releaseAll()
  const run = await second.runs.wait({ owner, id })
  expect(run).toMatchObject({ status: 'completed', attempt: 3 })
  const events = await second.runs.events({ owner, id, limit: 1000 })
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(isTerminal)).toEqual([events.at(-1)])
})

test('`off` keeps the lifecycle only', async () => {
  const types = (await runEvents({ events: 'off' })).map((event) => event.type)
  expect(types).toEqual(['run.created', 'run.attempt_started', 'run.completed'])
})

test('`items` has what happened, without the deltas', async () => {
  const types = (await runEvents({ events: 'items' })).map((event) => event.type)
  expect(types).toEqual([
    'run.created',
    'run.attempt_started',
    'tool_called',
    'tool_called',
    'tool_output',
    'tool_output',
    'message_output_created',
    'run.completed',
  ])
})

test('`deltas` adds text as it comes, coalesced, and it is the beginning of the message', async () => {
  const words = Array.from({ length: 400 }, (_, n) => `word${n} `)
  const speaker = slowSpeaker(words)
  const agentic = instance({ agents: { assistant: speaker.factory } })
  const { id } = await agentic.runs.submit(submitted)
  const spoken = words.slice(0, -1).join('')
  let text = ''
  let deltas = 0
  for await (const { type, payload } of agentic.runs.follow({ owner, id })) {
    if (type === 'message_output_created') expect(payload['text']).toBe(words.join(''))
    if (type !== 'text_delta') continue
    expect(payload['offset']).toBe(text.length)
    text += String(payload['text'])
    deltas += 1
    if (text === spoken) speaker.releaseAll()
  }
  expect(words.join('').startsWith(text)).toBe(true)
  expect(deltas).toBeLessThan(50)
})

test('the first delta is there before the model has finished', async () => {
  const speaker = slowSpeaker(['Hello', ' world'])
  const agentic = instance({ agents: { assistant: speaker.factory } })
  const { id } = await agentic.runs.submit(submitted)
  for await (const { type, payload } of agentic.runs.follow({ owner, id })) {
    if (type !== 'text_delta') continue
    expect(payload['text']).toBe('Hello')
    break
  }
  expect((await agentic.runs.get({ owner, id })).status).toBe('running')
  speaker.releaseAll()
  expect(await agentic.runs.wait({ owner, id })).toMatchObject({ output: 'Hello world' })
})

test('what a follower sees is stored already', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database, agents: { assistant: agentWithTwoTools } })
  const { id } = await agentic.runs.submit(submitted)
  const question = 'select type from agentic_event where run_id = ? and sequence = ?'
  let seen = 0
  for await (const { sequence, type } of agentic.runs.follow({ owner, id })) {
    expect(await sql(database, question, id, sequence)).toEqual([{ type }])
    seen += 1
  }
  expect(seen).toBe(8)
})

test('the terminal event and the terminal status are one commit', async () => {
  const database = temporaryDatabase()
  const agentic = instance({ database })
  const { id } = await agentic.runs.submit(submitted)
  for await (const event of agentic.runs.follow({ owner, id })) {
    if (!isTerminal(event)) continue
    const run = await agentic.runs.get({ owner, id })
    expect(run).toMatchObject({ status: 'completed', lastSequence: event.sequence })
  }
  expect(await agentic.sessions.items({ owner, key: 'chat' })).toHaveLength(2)
})

test('a payload over 16 KB is cut and says so; the item is whole', async () => {
  const long = 'x'.repeat(100_000)
  const model = new TurnModel(() => long)
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model }) } })
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id })
  expect(run).toMatchObject({ output: expect.stringContaining(long) })
  const events = await agentic.runs.events({ owner, id, limit: 1000 })
  const sizes = events.map((event) => JSON.stringify(event.payload).length)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384)
  const message = events.find((event) => event.type === 'message_output_created')
  expect(message?.payload).toMatchObject({ truncated: true })
})

test('of a message too long for one event the deltas tell all', async () => {
  const words = Array.from({ length: 4000 }, (_, n) => `word${n} `)
  const long = words.join('')
  const speaker = slowSpeaker(words)
  const agentic = instance({ agents: { assistant: speaker.factory } })
  const { id } = await agentic.runs.submit(submitted)
  let text = ''
  for await (const { type, payload } of agentic.runs.follow({ owner, id })) {
    if (type !== 'text_delta') continue
    // Before the last word, which is then not flushed by a timer.
    speaker.releaseAll()
    text = text.slice(0, Number(payload['offset'])) + String(payload['text'])
  }
  expect(text).toBe(long)
})

test('`redact` changes events and nothing else', async () => {
  const redact: AgenticOptions['redact'] = ({ type, payload }) =>
    type === 'tool_output' ? { ...payload, output: '***' } : payload
  const agentic = instance({ agents: { assistant: agentWithTwoTools }, redact })
  const { id } = await agentic.runs.submit(submitted)
  await agentic.runs.wait({ owner, id })
  const events = await agentic.runs.events({ owner, id, limit: 1000 })
  const outputs = events.filter((event) => event.type === 'tool_output')
  expect(outputs.map((event) => event.payload['output'])).toEqual(['***', '***'])
  const items = JSON.stringify(await agentic.sessions.items({ owner, key: 'chat' }))
  expect(items).toContain('noted 1')
})

test('deltas are pruned after their time; a cursor before what is kept is told where to go on', async () => {
  const speaker = slowSpeaker(['Hello', ' world'])
  const agentic = instance({
    agents: { assistant: speaker.factory },
    deltasMinutes: 0,
    lease: { sweepSeconds: 0.05 },
  })
  const { id } = await agentic.runs.submit(submitted)
  for await (const { type } of agentic.runs.follow({ owner, id })) {
    if (type === 'text_delta') speaker.releaseAll()
  }
  const run = await agentic.runs.wait({ owner, id })
  const types = async () =>
    (await agentic.runs.events({ owner, id, limit: 1000 })).map((event) => event.type)
  await until(async () => !(await types()).includes('text_delta'))
  const kept = await agentic.runs.events({ owner, id })
  expect(kept.map((event) => event.type)).toEqual([
    'run.created',
    'run.attempt_started',
    'message_output_created',
    'run.completed',
  ])
  const [refusal] = await Promise.allSettled([agentic.runs.events({ owner, id, after: 1 })])
  expect(refusal).toMatchObject({ reason: { code: 'events_pruned', status: 410 } })
  const { details } = (refusal as PromiseRejectedResult).reason
  const first = Number(details['first_available'])
  const rest = await agentic.runs.events({ owner, id, after: first - 1 })
  expect(rest.map((event) => event.sequence)).toEqual(
    kept.map((event) => event.sequence).filter((sequence) => sequence >= first),
  )
  await expect(async () => {
    for await (const _ of agentic.runs.follow({ owner, id, after: 1 })) void _
  }).rejects.toMatchObject({ code: 'events_pruned' })
  expect(rest.at(-1)?.sequence).toBe(run.lastSequence)
})

test('a tool’s event comes when that tool is done, not when its batch is', async () => {
  const gate = deferred()
  const model = new TurnModel(
    () => [...callsTool('quick', { n: 1 }, 'call_1'), ...callsTool('slow', { n: 2 }, 'call_2')],
    'done',
  )
  const slow = notedTool('slow', { execute: async () => gate.promise })
  const tools = [notedTool('quick'), slow]
  const agentic = instance({ agents: { assistant: () => new Agent({ name: 'A', model, tools }) } })
  const { id } = await agentic.runs.submit(submitted)
  for await (const { type, payload } of agentic.runs.follow({ owner, id })) {
    if (type !== 'tool_output') continue
    expect(payload['path']).toBe('r/m0/t0')
    break
  }
  gate.resolve()
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
})
