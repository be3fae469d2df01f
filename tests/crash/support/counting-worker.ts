// A worker whose runs tell a gauge that they run. The SDK is loaded by the first run, so that many can be started.
import { createAgentic, type AgenticOptions } from '../../../src/index.ts'
import { engineQueue, type Engine } from '../../queue/support/engines.ts'

export interface CountingPlan {
  database: string
  /** Null for the queue inside a process. */
  engine: Engine | null
  gaugeUrl: string
  concurrency: number
  limits: NonNullable<AgenticOptions['limits']>
}

const { database, engine, gaugeUrl, concurrency, limits } = JSON.parse(
  process.argv[2] ?? '',
) as CountingPlan
const agent = async () => (await import('./counting-agent.ts')).countingAgent(gaugeUrl)
const agentic = createAgentic({
  agents: { big: agent, small: agent },
  owner: () => null,
  database,
  queue: engine === null ? 'in-process' : engineQueue(engine, 'counting'),
  concurrency,
  limits,
  events: 'items',
  context: ({ runId, owner, agentKey }) => ({ runId, owner, agentKey }),
})
// A server has its socket; this process has nothing that keeps it from ending while it waits.
setInterval(() => {}, 60_000)
process.on('SIGTERM', () => void agentic.close().then(() => process.exit(0)))
await agentic.start()
process.stdout.write('working\n')
