import { createAgentic } from 'agentic-node'
import { support } from './lib/support'

/** What `agentic worker` executes, where that is not done by the app itself. */
export default createAgentic({
  agents: { support },
  owner: () => null,
  database: process.env.DATABASE_URL,
})
