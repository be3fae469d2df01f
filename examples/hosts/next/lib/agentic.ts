import { createAgentic, type Agentic } from 'agentic-node'
import { auth } from '../auth'

const create = () =>
  createAgentic({
    // Loaded when a run begins: `next dev` then has your newest code, and pages do without the SDK.
    agents: { support: async () => (await import('./support')).support() },
    owner: async () => (await auth())?.user?.id ?? null,
    database: process.env.DATABASE_URL,
    // Next does not say under which origin it was asked.
    publicOrigin: process.env.AUTH_URL,
  })

// Next loads this file several times in one process: for pages, for routes, for instrumentation, after a change.
const shared = globalThis as { agentic?: Agentic }
export const agentic = (shared.agentic ??= create())
