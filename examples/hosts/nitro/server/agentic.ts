import { createAgentic } from 'agentic-node'
import type { H3Event } from 'nitro/h3'
import { support } from './support'

export const agentic = createAgentic({
  agents: { support },
  owner: (_request, { context }: H3Event) => (context.user as string | null) ?? null,
  database: process.env.DATABASE_URL,
})
