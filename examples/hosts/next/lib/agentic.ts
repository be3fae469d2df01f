import { createAgentic, type Agentic } from 'agentic-node'
import { auth } from '../auth'
import { support } from './support'

const agents = { support }

// Next loads this file several times in one process, for pages, for routes and for instrumentation, and `next dev` after
// each change: all share one instance, which builds the newest agents.
const shared = globalThis as { agentic?: Agentic; agents?: typeof agents }
shared.agents = agents

export const agentic = (shared.agentic ??= createAgentic({
  agents: { support: () => (shared.agents ?? agents).support() },
  owner: async () => (await auth())?.user?.id ?? null,
  database: process.env.DATABASE_URL,
  // Where processes do not live long, `agentic worker` executes the runs.
  concurrency: process.env.WORKERS_ELSEWHERE ? 0 : undefined,
  // What browsers see; Next does not tell.
  publicOrigin: process.env.AUTH_URL,
}))
