// A process of its own: uses everything that keeps running, closes, and must then end by itself.
import { DatabaseSync } from 'node:sqlite'
import { Agent } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { createAgentic } from '../../../src/index.ts'

const [, , database = ''] = process.argv
const signals = () => ['SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name))
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
void signals
// Standard streams may be pipes; anything else that is active was left behind.
const left = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name))
const connection = new DatabaseSync(database.slice('file:'.length))
const [row] = connection.prepare('select count(*) as n from agentic_worker').all()
connection.close()
console.log(JSON.stringify({ status, left, workers: row?.['n'] }))
