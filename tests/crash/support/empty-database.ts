import { createAgentic } from '../../../src/index.ts'
import { addAudit } from './audit.ts'

/** A database with our schema, and triggers that note what must never be written. */
export async function emptyDatabase(file: string): Promise<void> {
  const agents = { none: () => ({ name: 'None', getAllTools: async () => [] }) }
  const agentic = createAgentic({
    agents,
    owner: () => null,
    database: `file:${file}`,
    concurrency: 0,
  })
  await agentic.start()
  await agentic.close()
  addAudit(file)
}
