// A process of its own: uses everything that keeps running, closes, and must then end by itself.
import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { createAgentic } from '../../../src/index.ts'

const [, , database = ''] = process.argv
const model = new ScriptedModel([modelResponse([assistantMessage('Hello!')])])
const agentic = createAgentic({
  agents: { assistant: () => new Agent({ name: 'A', model }) },
  owner: () => null,
  database,
})
const owner = 'ada'
const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
const stop = new AbortController()
const following = (async () => {
  for await (const event of agentic.sessions.follow({ owner, key: 'chat', signal: stop.signal })) {
    if (event.type === 'run.completed') stop.abort()
  }
})()
const { status } = await agentic.runs.wait({ owner, id })
await following
await agentic.close()
// Standard streams may be pipes; anything else that is active was left behind.
const leftNow = () =>
  process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name))
// A socket that was told to close takes a moment.
for (let n = 0; n < 1000 && leftNow().length > 0; n += 1) await delay(10)
const left = leftNow()
console.log(JSON.stringify({ status, left }))
