import { createAgentic, type Agentic } from 'agentic-node'
import { support } from './support.ts'

const agents = { support }

// `vite dev` loads this file again after each change: there is one instance, which builds the newest agents.
const shared = globalThis as {
  agentic?: Agentic<'support', App.Locals>
  agents?: typeof agents
}
shared.agents = agents

export const agentic = (shared.agentic ??= createAgentic({
  agents: { support: () => (shared.agents ?? agents).support() },
  owner: (_request, { user }: App.Locals) => user?.id ?? null,
  database: process.env.DATABASE_URL,
}))
