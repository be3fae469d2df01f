import { Agent } from '@openai/agents'
import type { AgenticOptions, AgentFactory } from 'agentic-node'
import { expect, test } from 'vitest'
import { deferred, instance, speaker } from '../support/instance.ts'
import { until } from '../support/sql.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const submitted = { owner, session: 'chat', input: 'Hi' }
const silent = { info() {}, warn() {}, error() {} }

const throws = (): never => {
  throw new Error('the app’s own trouble')
}

test.each<[string, Partial<AgenticOptions>]>([
  ['`redact` that throws', { redact: throws }],
  ['a cleanup that throws', { agents: { assistant: withCleanup(throws) } }],
  ['a cleanup that never ends', { agents: { assistant: withCleanup(async () => forever()) } }],
])('%s cannot change a run’s outcome', async (_what, options) => {
  const agentic = instance({ logger: silent, ...options })
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id })
  expect(run).toMatchObject({ status: 'completed', output: 'Hello!', attempt: 1 })
})

function withCleanup(cleanup: () => unknown): AgentFactory {
  return ({ onEnd }) => {
    onEnd(cleanup)
    return speaker('Hello!')
  }
}

async function forever(): Promise<void> {
  await new Promise(() => {})
}

test('what `redact` could not look at is not shown', async () => {
  const model = new TurnModel(() => callsTool('note', { n: 7 }), 'done')
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools: [notedTool('note')] }) },
    logger: silent,
    redact: throws,
  })
  const { id } = await agentic.runs.submit(submitted)
  await agentic.runs.wait({ owner, id })
  const events = await agentic.runs.events({ owner, id })
  expect(events.map((event) => event.type)).toContain('tool_output')
  expect(JSON.stringify(events)).not.toContain('noted 7')
})

test('a listener that is slow holds nobody up', async () => {
  const gate = deferred()
  const agentic = instance()
  const told: string[] = []
  for (const name of ['run.started', 'run.event', 'run.completed'] as const) {
    agentic.on(name, async () => {
      await gate.promise
      told.push(name)
    })
  }
  const { id } = await agentic.runs.submit(submitted)
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  expect(told).toEqual([])
  gate.resolve()
  await until(() => told.includes('run.completed'))
})

test('listeners are told of every event in order, after it is stored, and of the end', async () => {
  const agentic = instance()
  const told: string[] = []
  agentic.on('run.event', ({ owner: whose, event }) => void told.push(`${whose} ${event.sequence}`))
  const ended = deferred<unknown>()
  agentic.on('run.completed', ({ run }) => ended.resolve(run))
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id })
  expect(await ended.promise).toEqual(run)
  expect(told).toEqual(Array.from({ length: run.lastSequence }, (_, n) => `ada ${n + 1}`))
})

test('a listener that was removed is not told', async () => {
  const agentic = instance()
  const told: string[] = []
  const remove = agentic.on('run.started', ({ run }) => void told.push(run.sessionKey))
  agentic.on('run.completed', ({ run }) => void told.push(`${run.sessionKey} ended`))
  const one = await agentic.runs.submit({ ...submitted, session: 'one' })
  await agentic.runs.wait({ owner, id: one.id })
  remove()
  const two = await agentic.runs.submit({ ...submitted, session: 'two' })
  await agentic.runs.wait({ owner, id: two.id })
  await until(() => told.includes('two ended'))
  expect(told).toEqual(['one', 'one ended', 'two ended'])
})

test('the context a factory builds reaches the tools; what the client sent is an argument to it', async () => {
  const seen: unknown[] = []
  const model = new TurnModel(() => callsTool('note', { n: 7 }), 'done')
  const tools = [notedTool('note', { execute: () => 'noted' })]
  const agentic = instance({
    agents: { assistant: () => new Agent({ name: 'A', model, tools }) },
    context: (facts) => {
      seen.push(facts)
      return { for: facts.owner }
    },
  })
  const { id } = await agentic.runs.submit({ ...submitted, context: { theme: 'dark' } })
  await agentic.runs.wait({ owner, id })
  expect(seen).toEqual([
    { runId: id, owner, sessionKey: 'chat', agentKey: 'assistant', context: { theme: 'dark' } },
  ])
})
