// A process of its own: uses a queue with everything that keeps running, closes, and must then end by itself.
import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from '@openai/agents'
import { createAgentic } from '../../../src/index.ts'
import { TurnModel } from '../../support/turn-model.ts'
import { engineQueue, type Engine } from './engines.ts'

const [engine, name, database, executes] = process.argv.slice(2)
const queue = engineQueue(JSON.parse(engine ?? '') as Engine, name ?? '')
const agentic = createAgentic({
  agents: { assistant: () => new Agent({ name: 'A', model: new TurnModel('Hello') }) },
  owner: () => null,
  database,
  queue,
  concurrency: executes === 'true' ? 2 : 0,
  lease: { sweepSeconds: 0.2 },
  logger: { info() {}, warn() {}, error() {} },
})
queue.pokes?.listen(() => {})
queue.pokes?.send(['a run'])
const owner = 'ada'
const { id } = await agentic.runs.submit({ owner, session: 'chat', input: 'Hi' })
if (executes === 'true') await agentic.runs.wait({ owner, id })
await agentic.close()
// Standard streams may be pipes; anything else that is active was left behind.
const leftNow = () => process.getActiveResourcesInfo().filter((one) => !/^(Pipe|TTY|FS)/.test(one))
// A socket that was told to close takes a moment, and who waited to try again has a last look.
for (let n = 0; n < 1000 && leftNow().length > 0; n += 1) await delay(10)
console.log(JSON.stringify(leftNow()))
