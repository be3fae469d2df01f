import { Agent } from '@openai/agents'
import type { Queue } from 'agentic-node'
import { expect, test } from 'vitest'
import { deferred, instance } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const submitted = { owner, session: 'chat', input: 'Go' }
const silent = { info() {}, warn() {}, error() {} }

function toolUser() {
  const model = new TurnModel(() => callsTool('note', { n: 1 }), 'done')
  return new Agent({ name: 'A', model, tools: [notedTool('note')] })
}

test('listeners that throw or never return cannot change a run’s outcome', async () => {
  const agentic = instance({ agents: { assistant: toolUser }, logger: silent })
  for (const name of ['run.event', 'run.started', 'run.completed', 'session.created'] as const) {
    agentic.on(name, () => {
      throw new Error('a listener’s trouble')
    })
    agentic.on(name, async () => deferred().promise)
  }
  const { id } = await agentic.runs.submit(submitted)
  const run = await agentic.runs.wait({ owner, id, signal: AbortSignal.timeout(60_000) })
  expect(run).toMatchObject({ status: 'completed', attempt: 1 })
})

test('a slow reader cannot hold a run up', async () => {
  const agentic = instance({ agents: { assistant: toolUser } })
  const { id } = await agentic.runs.submit(submitted)
  const reader = agentic.runs.follow({ owner, id })[Symbol.asyncIterator]()
  await reader.next()
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
  await reader.return?.()
})

test('a broken queue cannot lose a run', async () => {
  const refuse = async () => Promise.reject(new Error('the broker is gone'))
  const queue: Queue = { wake: refuse, listen: async () => {}, close: refuse }
  const agents = { assistant: toolUser }
  const agentic = instance({ agents, queue, lease: { sweepSeconds: 0.05 }, logger: silent })
  const { id } = await agentic.runs.submit(submitted)
  expect((await agentic.runs.wait({ owner, id })).status).toBe('completed')
})
