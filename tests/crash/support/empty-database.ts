import { createAgentic } from '../../../src/index.ts'
import { addAudit } from './audit.ts'

/** Makes our schema, with triggers that note what must never be written. */
export async function emptyDatabase(database: string): Promise<void> {
  const agents = { none: () => ({ name: 'None', getAllTools: async () => [] }) }
  const agentic = createAgentic({ agents, owner: () => null, database, concurrency: 0 })
  await agentic.migrate()
  await agentic.close()
  await addAudit(database)
}
